import { setMaxListeners } from "node:events";
import { orAbort } from "../../core/abort";
import type { Stop } from "../stop";

/** The calls of the engine that are under way, each with a signal of its own. */
export interface Operations {
  /** `timeoutMs`: from now, where there is a limit. What `work` returns is its own to decide, also after its signal aborts. */
  run<T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** The same for a call that leaves nothing behind: it ends with its signal, whatever `work` does then. */
  ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends all calls, and those that come later until `reopen`. */
  cancel(): void;
  /** A server that a debugger attaches to sees one run after another. */
  reopen(): void;
}

/** Calls `over` after so many ms of real time; returns how to stop it. */
export type Timer = (ms: number, over: () => void) => () => void;

const realTimer: Timer = (ms, over) => {
  const timer = setTimeout(over, Math.min(ms, LONGEST_TIMER_MS));
  return () => clearTimeout(timer);
};

/** Node's timers take no more (a 32-bit number); Pulumi's own time limits are far shorter. */
const LONGEST_TIMER_MS = 2_147_483_647;

export function openOperations(stop: Stop, startTimer: Timer = realTimer): Operations {
  const running = new Set<AbortController>();
  let cancelled: Error | undefined;
  const end = (reason: Error) => {
    for (const control of running) control.abort(reason);
  };
  setMaxListeners(0, stop.signal);
  stop.signal.addEventListener("abort", () => end(stop.signal.reason), { once: true });

  async function run<T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T> {
    const control = new AbortController();
    setMaxListeners(0, control.signal);
    running.add(control);
    if (cancelled !== undefined) control.abort(cancelled);
    if (stop.signal.aborted) control.abort(stop.signal.reason);
    const over = () => control.abort(new Error(`The time of customTimeouts, ${(timeoutMs ?? 0) / 1_000} s, is over.`));
    const stopTimer = timeoutMs === undefined ? undefined : startTimer(timeoutMs, over);
    try {
      return await stop.during(() => work(control.signal));
    } finally {
      running.delete(control);
      stopTimer?.();
    }
  }

  return {
    run,
    ask: (work) => run((signal) => orAbort(work(signal), signal)),
    cancel() {
      cancelled = new Error("Pulumi cancelled the operation; what was done is kept.");
      end(cancelled);
    },
    reopen() {
      cancelled = undefined;
    },
  };
}
