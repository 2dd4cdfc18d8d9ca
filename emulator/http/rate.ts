import type { Clock } from "../../provider/core/clock";

/** How often an operation may be called. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** One who keeps exactly to the rate still arrives a little early at times. */
const JITTER_TOKENS = 0.1;

export interface RateLimiter {
  /** Whether the call under this key may pass now; takes a token where it may. */
  admit(key: string, rate: Rate): boolean;
}

/** Token buckets by key. */
export function openRateLimiter(clock: Clock): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    admit(key, rate) {
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now };
      const tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
      const admitted = tokens + JITTER_TOKENS >= 1;
      buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, at: now });
      return admitted;
    },
  };
}
