import { setMaxListeners } from "node:events";
import { onAbort, orAbort } from "../../core/abort";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { openSilence, type Silence } from "./silence";
import { openSilenceLine, type SilenceLine } from "./silence-line";
import { openStrictWait } from "./strict-wait";
import { REAL_TIMER, type Timer } from "./timer";

/** What is asked over the network, and may be silent. */
export interface BudgetedEndpoint {
  /** The same for the same endpoint only. */
  readonly key: unknown;
  /** As the subject of a sentence. */
  readonly name: string;
  /** The error for a caller that gets no answer, retryable. */
  readonly fault: (message: string) => SesDomainError;
  /** Whether answers on the way to a result (`ctx.answered`) say that the result will come. Default true. */
  readonly progresses?: boolean;
}

/** What an answer tells of its endpoint; `undefined`: nothing that could be learned. */
export type IsAnswer<T> = (outcome: { readonly value: T } | { readonly error: unknown }) => boolean;

/**
 * What the previews of one process together wait for one endpoint that gives no definite answer. Then its answers are
 * unknown, and who asks next does not wait for them. An endpoint that is slow but answers is waited for: the time counts
 * from its last answer, and only while a call waits. Where it answers, but only that it is busy or fails, it is waited for
 * longer, though not for ever.
 */
export interface PreviewBudget {
  /** Rejects with the endpoint's fault (code `endpoint-silent`) once its time is used up. */
  within<T>(endpoint: BudgetedEndpoint, isAnswer: IsAnswer<T>, call: (ctx: Ctx) => Promise<T>, ctx: Ctx): Promise<T>;
  /** A resource's warnings, with each silent endpoint told once: by the first resource that meets it. */
  tell(warnings: readonly string[]): readonly string[];
}

export interface BudgetOptions {
  /** In ms. Default 20,000. */
  readonly silenceMs?: number;
  /** For an endpoint whose answers are refusals that pass, in ms. Default nine times the silence. */
  readonly busyMs?: number;
  /**
   * A silent endpoint may be back: so many moments more are spent on finding that out. Default four, of 1,000 ms, or as long
   * as its longest call took that ended by itself without an answer: a look at a zone whose servers are dead.
   */
  readonly moments?: number;
  readonly momentMs?: number;
  /** What strict previews (`ctx.strict`) wait in all for answers that do not come, in ms. Default 25,000. */
  readonly strictMs?: number;
  /** After so long without an answer the resource's line says what is waited for, and again as often. Default 4,000. */
  readonly sayMs?: number;
  /** Real time by default, since sockets do not follow a clock that a test turns. */
  readonly timer?: Timer;
}

/** What may still be waited for one endpoint. */
interface EndpointBudget {
  readonly silence: Silence;
  readonly waiting: Set<AbortController>;
  /** What is left of the time at `sinceMs`. */
  leftMs: number;
  sinceMs: number;
  /** Waited since its last answer that was of use. */
  waitedMs: number;
  /** Why its answers since then were of no use, or why a call failed. */
  reason: string | undefined;
  refused: boolean;
  /** It answered on the way to a result that has not come. */
  heard: boolean;
  /** Calls of strict previews among those that wait. */
  readonly strict: Set<AbortController>;
  readonly line: SilenceLine;
  momentsLeft: number;
  momentMs: number;
  cancel: (() => void) | undefined;
}

export function openPreviewBudget({
  silenceMs = 20_000,
  busyMs = 9 * silenceMs,
  moments = 4,
  momentMs = 1_000,
  strictMs = 25_000,
  sayMs = 4_000,
  timer = REAL_TIMER,
}: BudgetOptions = {}): PreviewBudget {
  const allowances = new Map<unknown, EndpointBudget>();
  const strictWait = openStrictWait<EndpointBudget>({
    limitMs: strictMs,
    lastMs: Math.min(1_000, strictMs / 10),
    timer,
    giveUp: (allowance) => endStrict(allowance),
  });

  function allowanceOf(endpoint: BudgetedEndpoint): EndpointBudget {
    const known = allowances.get(endpoint.key);
    if (known !== undefined) return known;
    const opened: EndpointBudget = {
      silence: openSilence(endpoint),
      waiting: new Set(),
      leftMs: silenceMs,
      sinceMs: timer.now(),
      waitedMs: 0,
      reason: undefined,
      refused: false,
      heard: false,
      strict: new Set(),
      line: openSilenceLine(endpoint.name, sayMs, timer),
      momentsLeft: moments,
      momentMs,
      cancel: undefined,
    };
    allowances.set(endpoint.key, opened);
    return opened;
  }

  function fellSilent({ silence, refused, reason, waitedMs }: EndpointBudget): SesDomainError {
    return silence.fell({ ms: refused ? Math.max(silenceMs, waitedMs) : silenceMs, heard: refused, reason });
  }

  /** False where nothing is left. */
  function begin(allowance: EndpointBudget, control: AbortController): boolean {
    if (allowance.waiting.size === 0) {
      if (allowance.leftMs <= 0) {
        if (allowance.momentsLeft === 0) return false;
        allowance.momentsLeft -= 1;
        allowance.leftMs = allowance.momentMs;
      }
      allowance.sinceMs = timer.now();
      arm(allowance);
    }
    allowance.waiting.add(control);
    return true;
  }

  function end(allowance: EndpointBudget, control: AbortController): void {
    if (!allowance.waiting.delete(control) || allowance.waiting.size > 0) return;
    charge(allowance);
    allowance.cancel?.();
    allowance.cancel = undefined;
  }

  function charge(allowance: EndpointBudget): void {
    const nowMs = timer.now();
    allowance.leftMs -= nowMs - allowance.sinceMs;
    allowance.waitedMs += nowMs - allowance.sinceMs;
    allowance.sinceMs = nowMs;
  }

  function answered(allowance: EndpointBudget, refusal: string | undefined): void {
    if (allowance.waiting.size > 0) charge(allowance);
    allowance.reason = refusal;
    allowance.refused = refusal !== undefined;
    if (refusal !== undefined) {
      const restMs = busyMs - allowance.waitedMs;
      if (restMs > 0) allowance.leftMs = Math.min(silenceMs, restMs);
      return;
    }
    allowance.leftMs = silenceMs;
    allowance.waitedMs = 0;
    allowance.momentsLeft = moments;
  }

  function arm(allowance: EndpointBudget): void {
    allowance.cancel = timer.after(Math.max(0, allowance.sinceMs + allowance.leftMs - timer.now()), () =>
      expire(allowance),
    );
  }

  function expire(allowance: EndpointBudget): void {
    // An answer has moved the end since.
    if (timer.now() < allowance.sinceMs + allowance.leftMs) {
      arm(allowance);
      return;
    }
    charge(allowance);
    allowance.leftMs = 0;
    allowance.cancel = undefined;
    const fault = fellSilent(allowance);
    const waiting = [...allowance.waiting];
    allowance.waiting.clear();
    for (const control of waiting) control.abort(fault);
  }

  function endStrict(allowance: EndpointBudget): void {
    const { silence, refused, heard, reason } = allowance;
    const fault = silence.fell({ ms: strictWait.sinceAnswerMs(allowance), heard: refused || heard, reason });
    for (const control of [...allowance.strict]) control.abort(fault);
  }

  return {
    async within(endpoint, isAnswer, call, ctx) {
      ctx.signal.throwIfAborted();
      const allowance = allowanceOf(endpoint);
      const { silence } = allowance;
      const control = new AbortController();
      if (ctx.strict === true && !strictWait.begin(allowance)) throw silence.fault ?? silence.fell("not asked");
      if (!begin(allowance, control)) {
        if (ctx.strict === true) strictWait.end(allowance);
        throw silence.fault ?? fellSilent(allowance);
      }
      if (ctx.strict === true) allowance.strict.add(control);
      allowance.line.begin(control, ctx.log);
      setMaxListeners(0, control.signal);
      const beganMs = timer.now();
      const release = onAbort(ctx.signal, () => control.abort(ctx.signal.reason));
      const useful = () => {
        allowance.heard = false;
        allowance.line.answered();
        strictWait.answered(allowance);
      };
      const hears = (refusal?: string) => {
        if (!control.signal.aborted) {
          answered(allowance, refusal);
          if (refusal === undefined && endpoint.progresses === false) allowance.heard = true;
          else if (refusal === undefined) useful();
        }
        ctx.answered?.(refusal);
      };
      const answersWholly = () => {
        hears();
        useful();
      };
      try {
        const value = await orAbort(call({ ...ctx, signal: control.signal, answered: hears }), control.signal);
        if (isAnswer({ value })) answersWholly();
        else allowance.momentMs = Math.min(silenceMs, Math.max(allowance.momentMs, timer.now() - beganMs));
        return value;
      } catch (error) {
        if (!control.signal.aborted && isAnswer({ error })) answersWholly();
        else if (!control.signal.aborted && error instanceof SesDomainError) allowance.reason = error.message;
        throw error;
      } finally {
        release();
        allowance.line.end(control);
        if (allowance.strict.delete(control)) strictWait.end(allowance);
        end(allowance, control);
      }
    },

    tell(warnings) {
      const silences = [...allowances.values()].map(({ silence }) => silence);
      return [
        ...warnings.filter((text) => !silences.some((silence) => silence.isIn(text))),
        ...silences.flatMap((silence) => silence.takeDue() ?? []),
      ];
    },
  };
}

/** Of a client's call: success, and an error that says that trying again is of no use. */
export const definite: IsAnswer<unknown> = (outcome) =>
  "value" in outcome || (outcome.error instanceof SesDomainError && !outcome.error.retryable);
