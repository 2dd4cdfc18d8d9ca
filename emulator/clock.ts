import type { Clock } from "../provider/core/clock";

interface Timer {
  cancel(): void;
}

/** A clock that a test or the demo can turn. Satisfies the provider's `Clock`. */
export interface TurnableClock extends Clock {
  /**
   * Moves time forward by `ms`, and runs what falls due on the way: in order, each at its own time, each awaited before
   * the next. Rejects with the first error that due work threw. Calls made together run one after another. Work must not
   * itself wait for `advance` or `sleep` on this clock, or it waits for itself. Rejects with a RangeError, before anything
   * moves, for what is no number from 0 on or would lead beyond the year 9999.
   */
  advance(ms: number): Promise<void>;
  /** Runs `work` once, `ms` from now. */
  setTimer(ms: number, work: () => void | Promise<void>): Timer;
  /** Drops all timers; sleepers stay asleep. */
  close(): void;
}

export interface ClockOptions {
  /** `flowing`: real time passes, and `advance` adds to it. `manual`: time moves only by `advance`. Default `flowing`. */
  readonly mode?: "flowing" | "manual";
  /** Milliseconds since the epoch. Default: now for a flowing clock, 2026-01-01T00:00:00Z for a manual one. */
  readonly start?: number;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly work: () => void | Promise<void>;
}

/** The longest delay that `setTimeout` takes. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** 9999-12-31T23:59:59.999Z: dates beyond are written in another form. */
const LATEST = 253_402_300_799_999;

export function openClock(options: ClockOptions = {}): TurnableClock {
  const flowing = (options.mode ?? "flowing") === "flowing";
  const real = flowing ? () => Date.now() : () => 0;
  let offset = (options.start ?? (flowing ? Date.now() : Date.UTC(2026, 0, 1))) - real();
  let order = 0;
  const timers = new Set<Due>();
  let alarm: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();

  const now = () => real() + offset;

  const next = (): Due | undefined => {
    let first: Due | undefined;
    for (const due of timers) {
      if (!first || due.at < first.at || (due.at === first.at && due.order < first.order)) first = due;
    }
    return first;
  };

  /** Runs what is due until `goal` of turned time is reached. */
  const turnTo = async (goal: number) => {
    let failure: { readonly error: unknown } | undefined;
    for (let due = next(); due && due.at <= real() + goal; due = next()) {
      timers.delete(due);
      offset = Math.max(offset, Math.min(goal, due.at - real()));
      try {
        await due.work();
      } catch (error) {
        failure ??= { error };
      }
      // A sleeper whose time has come goes on, and may sleep again, before time moves on.
      await new Promise((resolve) => setImmediate(resolve));
    }
    offset = Math.max(offset, goal);
    if (failure) throw failure.error;
  };

  const queue = (ms: number) => {
    const run = turn
      .then(() => {
        if (!(ms >= 0 && now() + ms <= LATEST)) throw new RangeError(`the clock cannot be turned by ${ms} ms`);
        return turnTo(offset + ms);
      })
      .finally(arm);
    turn = run.catch(() => undefined);
    return run;
  };

  function arm(): void {
    if (!flowing) return;
    clearTimeout(alarm);
    const due = next();
    if (!due) return;
    alarm = setTimeout(() => queue(0), Math.min(LONGEST_DELAY_MS, Math.max(0, due.at - now())));
    // The emulator's servers keep a process alive, its plans do not.
    alarm.unref();
  }

  const setTimer = (ms: number, work: Due["work"]): Timer => {
    const due = { at: now() + Math.max(0, ms), order: order++, work };
    timers.add(due);
    arm();
    return { cancel: () => timers.delete(due) };
  };

  return {
    now,
    advance: queue,
    setTimer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const timer = setTimer(ms, () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        });
        const stop = () => {
          timer.cancel();
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", stop, { once: true });
      }),
    close() {
      timers.clear();
      clearTimeout(alarm);
    },
  };
}
