import type { Clock } from "../../provider/core/clock";

/** Time that passes as soon as a caller sleeps: every sleep ends at once, and the clock has moved on by it. */
export interface HastyClock extends Clock {
  /** What was slept so far, in ms. */
  readonly sleeps: readonly number[];
}

export function openHastyClock(start = 0): HastyClock {
  let time = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => time,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      time += ms;
    },
  };
}
