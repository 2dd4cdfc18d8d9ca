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
   * Where the distance is measured from. `answer` keeps it at the other end too: a request has arrived by its answer, less
   * what the fastest answer took. `send` is for services that take short bursts, and the default.
   */
  readonly from?: "send" | "answer";
}

const SLOWER = 2;
const FASTER = 0.75;
const SLOWEST = 16;
/** How much of the fastest round trip counts as time on the way: paths and timers vary, and early calls are refused. */
const ON_THE_WAY = 0.9;
const JITTER_MS = 20;
/** How far apart round trips are taken to be at first, and one may be at most: a new connection is no jitter of the way. */
const FIRST_SPREAD_MS = 75;
const MOST_SPREAD_MS = 150;
/** The share of the last round trip in what is known of how much they vary. */
const NEWEST = 1 / 8;
/** The first calls open connections, so their time says little of the way. */
const TRIPS_KNOWN = 4;

/** A token bucket, which refills by one call each `spacingMs`. */
export function openRateLimiter({ spacingMs, burst = 1, from = "send" }: RateLimits): RateLimiter {
  let spacing = spacingMs;
  let tokens = burst;
  /** When the bucket held `tokens`; undefined before the first call. */
  let countedAt: number | undefined;
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let heldUntil = 0;
  let trips = 0;
  let fastestMs = Number.POSITIVE_INFINITY;
  let spreadMs = FIRST_SPREAD_MS;
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
    const sentAt = clock.now();
    const isAlone = Math.abs(sentAt - lastSentAt) > 2 * spacingMs;
    lastSentAt = sentAt;
    return {
      done(outcome) {
        if (from === "answer") countedAt = Math.max(countedAt ?? 0, arrivedBy(sentAt, clock.now(), outcome));
        if (outcome === "throttled") {
          spacing = Math.min(spacing * SLOWER, spacingMs * SLOWEST);
          // Refused for a call of another process, within the spacing before: half of it is left, on average.
          if (isAlone && burst === 1) countedAt = clock.now() - spacing + spacingMs / 2;
        }
        if (outcome === "answered") spacing = Math.max(spacing * FASTER, spacingMs);
      },
    };
  }

  /**
   * The latest time at which a request can have arrived, as if a request took no time to arrive. It arrived before its answer
   * left, and the next one needs its way too: together the fastest round trip, with a margin.
   */
  function arrivedBy(sentAt: number, answeredAt: number, outcome: "answered" | "throttled" | "failed"): number {
    if (outcome === "answered") {
      trips += 1;
      const tookMs = Math.max(0, answeredAt - sentAt);
      if (trips > 1) spreadMs += NEWEST * (Math.min(Math.abs(tookMs - fastestMs), MOST_SPREAD_MS) - spreadMs);
      fastestMs = Math.min(fastestMs, tookMs);
    }
    const onTheWayMs = trips < TRIPS_KNOWN ? 0 : Math.max(0, fastestMs * ON_THE_WAY - JITTER_MS - spreadMs);
    return Math.max(sentAt, answeredAt - onTheWayMs);
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
