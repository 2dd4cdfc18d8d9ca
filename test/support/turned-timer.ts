import type { Timer } from "../../provider/lifecycle/observation/timer";

/** Time that a test turns. */
export function openTurnedTimer() {
  let nowMs = 0;
  const due = new Set<{ readonly atMs: number; readonly work: () => void }>();
  const timer: Timer = {
    now: () => nowMs,
    after(ms, work) {
      const one = { atMs: nowMs + ms, work };
      due.add(one);
      return () => due.delete(one);
    },
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    timer,
    pending: () => due.size,
    async pass(ms: number) {
      const end = nowMs + ms;
      for (;;) {
        const [next] = [...due].filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.work();
        await settle();
      }
      nowMs = end;
      await settle();
    },
  };
}
