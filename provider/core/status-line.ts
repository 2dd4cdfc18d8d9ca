import { baseOf, type Clock } from "./clock";
import type { Ctx, StatusLine, Timed } from "./ctx";
import { formatDuration } from "./duration";

/** While nothing changes, the line is shown again this often, with the time that has gone by. */
const PACE_MS = 5_000;
/** All lines of a process together: with many the pace of each grows. */
const APART_MS = 100;
/** How often real time looks whether a line is due: a request that stalls sleeps on no clock. */
const LOOK_MS = 1_000;

/** What an operation runs in while it has a line. */
export type LinedCtx = Ctx & { readonly line: StatusLine };

interface Registry {
  readonly lines: Set<() => void>;
  timer: NodeJS.Timeout | undefined;
}

const registries = new WeakMap<Clock, Registry>();

function registryOf(clock: Clock): Registry {
  const base = baseOf(clock);
  const known = registries.get(base) ?? { lines: new Set(), timer: undefined };
  registries.set(base, known);
  return known;
}

/** Has real time call it too, until it is released: one timer for all lines of a clock. */
function register(registry: Registry, tick: () => void): () => void {
  registry.lines.add(tick);
  registry.timer ??= setInterval(() => {
    for (const one of registry.lines) one();
  }, LOOK_MS).unref();
  return () => {
    registry.lines.delete(tick);
    if (registry.lines.size > 0) return;
    clearInterval(registry.timer);
    registry.timer = undefined;
  };
}

/** Seconds, without fractions of one. */
export function seconds(ms: number): string {
  return ms < 1_000 ? "0s" : formatDuration(Math.floor(ms / 1_000) * 1_000);
}

/** What the operation is at now, and for how long; said only where that takes long. */
export function expectStep(what: string, { line, clock }: Ctx): void {
  const sinceMs = clock.now();
  line?.expect((nowMs) => `${what}, ${seconds(nowMs - sinceMs)}`);
}

/**
 * Runs work that has a line, which moves while the work lasts: whenever the work sleeps on its clock, and where it does not
 * sleep, by real time. Work within other work shares that one's line. A line that has said something ends with what came of
 * it, also where the work fails or is stopped.
 */
export async function withStatusLine<T>(ctx: Ctx, work: (inner: LinedCtx) => Promise<T>): Promise<T> {
  if (ctx.line !== undefined) return work({ ...ctx, line: ctx.line });
  const { clock, log } = ctx;
  const startedMs = clock.now();
  const registry = registryOf(clock);
  let text: Timed | undefined;
  let key: string | undefined;
  let lastMs = startedMs;
  let last: string | undefined;
  let ended: string | undefined;
  let closed = false;

  const say = (said: string, kind?: "tick" | "end") => {
    lastMs = clock.now();
    if (said === last && kind === "tick") return;
    last = said;
    log.status(said, kind);
  };
  const dueInMs = () => lastMs + Math.max(PACE_MS, registry.lines.size * APART_MS) - clock.now();
  const tick = () => {
    if (!closed && text !== undefined && dueInMs() <= 0) say(text(clock.now()), "tick");
  };
  /** How long a sleep may be before the line is looked at again. */
  const sliceMs = () => {
    tick();
    return closed || text === undefined ? PACE_MS : Math.min(PACE_MS, Math.max(1, dueInMs()));
  };
  const line: StatusLine = {
    show(next, said) {
      if (closed) return;
      text = said;
      if (next === key) return tick();
      key = next;
      say(said(clock.now()));
    },
    expect(said) {
      text = said;
      key = undefined;
    },
    end(said) {
      if (closed) return;
      ended = said;
      text = undefined;
      key = undefined;
      say(said, "end");
    },
    get shown() {
      return last !== undefined;
    },
  };

  const release = register(registry, tick);
  try {
    const result = await work({ ...ctx, clock: sliced(clock, sliceMs), line });
    if (last !== undefined) closeWith(ended ?? `done, ${seconds(clock.now() - startedMs)}`);
    return result;
  } catch (error) {
    const how = ctx.signal.aborted ? "stopped" : "failed";
    // A step that follows what was reached is what failed.
    if (last !== undefined)
      closeWith(text === undefined ? (ended ?? `${how}: ${last}`) : `${how}: ${text(clock.now())}`);
    throw error;
  } finally {
    closed = true;
    release();
  }

  /** Steps after the end may have had the line. */
  function closeWith(said: string) {
    if (said !== last) say(said, "end");
  }
}

/** The same clock, on which a long sleep is several short ones, with a look at the line before and after each. */
function sliced(clock: Clock, look: () => number): Clock {
  return {
    base: baseOf(clock),
    now: () => clock.now(),
    async sleep(ms, signal) {
      const endMs = clock.now() + ms;
      let leftMs = ms;
      do {
        const sliceMs = Math.min(leftMs, look());
        await clock.sleep(sliceMs, signal);
        look();
        leftMs = Math.min(leftMs - sliceMs, endMs - clock.now());
      } while (leftMs > 0);
    },
  };
}
