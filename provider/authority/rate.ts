import type { Clock } from "../core/clock";

/** How many questions a second go to one place, by the given clock; `burst` of them at once after a pause. */
export interface RateRule {
  readonly perSecond: number;
  readonly burst: number;
}

/** Counts what is sent to each place (an address and port, or a URL), and says how long the next has to wait. */
export interface Rate {
  /** Milliseconds until one more may be sent; 0: now. */
  waitMs(place: string): number;
  count(place: string): void;
}

const PLACES_AT_MOST = 4_096;

/** The generic cell rate algorithm (ITU-T I.371): one number a place. */
export function openRate({ perSecond, burst }: RateRule, clock: Clock): Rate {
  const intervalMs = 1_000 / perSecond;
  /** When the whole burst is available again, by place. */
  const dueMs = new Map<string, number>();
  return {
    waitMs: (place) => Math.max(0, (dueMs.get(place) ?? 0) - clock.now() - (burst - 1) * intervalMs),
    count(place) {
      const nowMs = clock.now();
      dueMs.set(place, Math.max(dueMs.get(place) ?? 0, nowMs) + intervalMs);
      if (dueMs.size <= PLACES_AT_MOST) return;
      for (const [one, atMs] of dueMs) if (atMs <= nowMs) dueMs.delete(one);
    },
  };
}
