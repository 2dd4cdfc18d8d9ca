import { setMaxListeners } from "node:events";
import { onAbort } from "../../../core/abort";
import { baseOf, type Clock } from "../../../core/clock";
import type { Ctx } from "../../../core/ctx";
import type { SesDomainError } from "../../../core/errors";

/** What has noticed the end has so long to say what it has, in ms of real time. */
const SETTLE_MS = 1_000;

/**
 * Runs work that has `ms` milliseconds, by the clock and in real time, since packets do not follow a clock that a test turns.
 * Then its signal aborts with `reason`, its sleeps end, and where it has not settled a moment later this rejects with `reason`.
 * Rejects with the signal's reason as soon as `ctx.signal` aborts.
 */
export function within<T>(ms: number, reason: SesDomainError, ctx: Ctx, work: (inner: Ctx) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (ctx.signal.aborted) {
      reject(ctx.signal.reason);
      return;
    }
    const control = new AbortController();
    setMaxListeners(0, control.signal);
    let settling: NodeJS.Timeout | undefined;
    let ended = false;
    const overdue = () => {
      if (ended || control.signal.aborted) return;
      settling = setTimeout(() => reject(reason), SETTLE_MS);
      control.abort(reason);
    };
    const timer = setTimeout(overdue, ms);
    const release = onAbort(ctx.signal, () => {
      reject(ctx.signal.reason);
      control.abort(ctx.signal.reason);
    });
    const clock = clockUntil(ctx.clock.now() + ms, ctx.clock, overdue);
    Promise.resolve()
      .then(() => work({ ...ctx, clock, signal: control.signal }))
      .then(resolve, reject)
      .finally(() => {
        ended = true;
        clearTimeout(timer);
        clearTimeout(settling);
        release();
      });
  });
}

/**
 * The same clock, on which no sleep lasts beyond a time. Work that others wait for as well has a signal that has not aborted by
 * then: it sleeps to the end, else it would ask again and again whether its time has come.
 */
function clockUntil(endMs: number, clock: Clock, overdue: () => void): Clock {
  return {
    base: baseOf(clock),
    now: () => clock.now(),
    async sleep(ms, signal) {
      const leftMs = endMs - clock.now();
      if (ms <= leftMs) return clock.sleep(ms, signal);
      await clock.sleep(Math.max(0, leftMs), signal);
      overdue();
      signal?.throwIfAborted();
      if (signal !== undefined) await clock.sleep(ms - Math.max(0, leftMs), signal);
    },
  };
}
