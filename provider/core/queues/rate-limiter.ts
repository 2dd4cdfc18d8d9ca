import { orAbort } from "../abort";
import type { Ctx } from "../ctx";

/** Leave for one call. `done` is called once and says how the call ended. */
interface Turn {
  done(outcome: "answered" | "throttled" | "failed"): void;
}

/**
 * Spaces out the calls to one action, first come, first served. It begins at the documented rate, slows down when it is
 * throttled (others share the account's rate), and finds its way back by success.
 */
export interface RateLimiter {
  /** Resolves when it is the caller's turn. A caller that aborts takes no turn. */
  turn(ctx: Pick<Ctx, "clock" | "signal">): Promise<Turn>;
  /** Gives no turn for this long. */
  hold(ms: number, ctx: Pick<Ctx, "clock">): void;
  /** The present distance of two calls. */
  readonly spacingMs: number;
}

export interface RateLimits {
  readonly spacingMs: number;
  /** So many calls may go at once after a rest. Default 1. */
  readonly burst?: number;
  /**
   * Where the distance is measured from. `answer` keeps it at the other end too, however long the first call's connection
   * took; `send` is for services that take short bursts, and the default.
   */
  readonly from?: "send" | "answer";
}

const SLOWER = 2;
const FASTER = 0.75;
const SLOWEST = 16;

/** A token bucket, which refills by one call each `spacingMs`. */
export function openRateLimiter({ spacingMs, burst = 1, from = "send" }: RateLimits): RateLimiter {
  let spacing = spacingMs;
  let tokens = burst;
  /** When the bucket held `tokens`; undefined before the first call. */
  let countedAt: number | undefined;
  let heldUntil = 0;
  let tail: Promise<unknown> = Promise.resolve();

  async function take({ clock, signal }: Pick<Ctx, "clock" | "signal">): Promise<Turn> {
    signal.throwIfAborted();
    for (;;) {
      const now = clock.now();
      // A clock that was set back must not hold a call for longer than the spacing.
      countedAt = Math.min(countedAt ?? now, now);
      const sinceMs = now - countedAt;
      const waitMs = Math.max(heldUntil - now, spacing * (1 - tokens) - sinceMs);
      if (waitMs <= 0) {
        tokens = (spacing > 0 ? Math.min(burst, tokens + sinceMs / spacing) : burst) - 1;
        countedAt = now;
        break;
      }
      await clock.sleep(Math.ceil(waitMs), signal);
    }
    return {
      done(outcome) {
        if (from === "answer") countedAt = Math.max(countedAt ?? 0, clock.now());
        if (outcome === "throttled") spacing = Math.min(spacing * SLOWER, spacingMs * SLOWEST);
        if (outcome === "answered") spacing = Math.max(spacing * FASTER, spacingMs);
      },
    };
  }

  return {
    get spacingMs() {
      return spacing;
    },
    turn(ctx) {
      const mine = tail.then(() => take(ctx));
      tail = mine.catch(() => undefined);
      return orAbort(mine, ctx.signal);
    },
    hold(ms, { clock }) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
  };
}

/** One limiter a key for the whole process: account, region and action. */
export interface RateLimiters {
  for(key: string, limits: RateLimits): RateLimiter;
}

export function openRateLimiters(): RateLimiters {
  const limiters = new Map<string, RateLimiter>();
  return {
    for(key, limits) {
      const known = limiters.get(key);
      if (known !== undefined) return known;
      const fresh = openRateLimiter(limits);
      limiters.set(key, fresh);
      return fresh;
    },
  };
}
