import type { Clock } from "../../provider/core/clock";

/** Time that stands until a test turns it. Sleeps end when it has been turned far enough. */
export interface HeldClock extends Clock {
  turn(ms: number): Promise<void>;
}

export function openHeldClock(): HeldClock {
  let nowMs = 0;
  const sleeping = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const one = { atMs: nowMs + ms, wake: resolve };
        sleeping.add(one);
        signal?.addEventListener("abort", () => {
          sleeping.delete(one);
          reject(signal.reason);
        });
      }),
    /** Every sleeper wakes at its own time. */
    async turn(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        await settled();
        const [next] = [...sleeping].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        sleeping.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
      nowMs = endMs;
      await settled();
    },
  };
}
