import { onAbort } from "./abort";

/** In milliseconds of real time: packets do not follow a clock that a test turns. */
export interface TimeBounds {
  /** From the start, and from each `renew`. */
  readonly withinMs: number;
  /** The end of all, whatever was renewed. Default: `withinMs`. */
  readonly longestMs?: number;
}

/** The time of a call was over before it ended. */
export class Overdue extends Error {
  override readonly name = "Overdue";
  readonly code = "ETIMEDOUT";
  readonly ms: number;

  constructor(ms: number) {
    super(`no whole answer within ${ms / 1_000} s`);
    this.ms = ms;
  }
}

/**
 * Runs one whole call and ends with it, with `Overdue` when its time is over, or with the signal's reason as soon as that
 * aborts: whatever `work` does then. `inner` aborts in the last two cases; `work` has to destroy then what it opened.
 * The timer holds all of it, so that no garbage collection loses one (`AbortSignal.any` with `AbortSignal.timeout` does
 * lose its timer in Node 20). `renew` begins the time again, for work that shows progress.
 */
export function withDeadline<T>(
  { withinMs, longestMs = withinMs }: TimeBounds,
  signal: AbortSignal,
  work: (inner: AbortSignal, renew: () => void) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const control = new AbortController();
    let ended = false;
    const end = () => {
      ended = true;
      clearTimeout(timer);
      clearTimeout(last);
      release();
    };
    const stop = (reason: unknown) => {
      end();
      reject(reason);
      control.abort(reason);
    };
    // What came during a busy spell is read before the time is up.
    const overdue = (ms: number) => () => void setImmediate(() => ended || stop(new Overdue(ms)));
    const release = onAbort(signal, () => stop(signal.reason));
    const last = longestMs > withinMs ? setTimeout(overdue(longestMs), longestMs) : undefined;
    const timer = setTimeout(overdue(withinMs), withinMs);
    const renew = () => {
      if (longestMs > withinMs && !control.signal.aborted) timer.refresh();
    };
    // What it throws before it returns a promise is one that is rejected.
    const run = async () => work(control.signal, renew);
    run().then(resolve, reject).finally(end);
  });
}
