import { onAbort } from "./abort";

/** Time as it is handed in: real in a run, turned by hand in a test. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Where this one only ends sleeps of another early: that one. What is kept for a clock is kept for it. */
  readonly base?: Clock;
}

/** The clock that things are kept by: the same for all that show its time. */
export function baseOf(clock: Clock): Clock {
  return clock.base ?? clock;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const timer = setTimeout(() => {
        release?.();
        resolve();
      }, ms);
      const release =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
    }),
};
