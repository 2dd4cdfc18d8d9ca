import type { Clock } from "../core/clock";

/** Delegations and addresses are kept at least this long, however short their TTL: otherwise each look would begin at the root. */
export const SHORTEST_LIFE_MS = 5_000;

/** Remembers by key, for a time and up to a size; what was put first goes first. */
export interface Cache<V> {
  get(key: string): V | undefined;
  put(key: string, value: V, lifeMs: number): void;
  drop(key: string): void;
}

export function openCache<V>(clock: Clock, atMost: number): Cache<V> {
  const entries = new Map<string, { readonly value: V; readonly untilMs: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.untilMs > clock.now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    put(key, value, lifeMs) {
      entries.delete(key);
      if (lifeMs <= 0) return;
      entries.set(key, { value, untilMs: clock.now() + lifeMs });
      for (const oldest of entries.keys()) {
        if (entries.size <= atMost) break;
        entries.delete(oldest);
      }
    },
    drop: (key) => void entries.delete(key),
  };
}
