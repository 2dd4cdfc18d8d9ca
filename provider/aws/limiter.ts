import type { Ctx } from "../core/ctx";
import { orAbort } from "../core/flight";

/** Leave for one call. `done` is told once how it ended. */
interface Turn {
  done(outcome: "answered" | "throttled" | "failed"): void;
}

/**
 * Spaces out the calls to one action, first come, first served. It begins at the rate AWS documents, slows down when it
 * is throttled (others share the account's rate), and finds its way back by success.
 */
export interface Limiter {
  /** Resolves when it is the caller's turn. One who goes away takes no turn. */
  turn(ctx: Pick<Ctx, "clock" | "signal">): Promise<Turn>;
  /** The present distance of two calls. */
  readonly spacingMs: number;
}

export interface Pace {
  readonly spacingMs: number;
  /**
   * Where the distance is measured from. `answer` keeps it at the other end too, whatever the first call's connection
   * took; `send` is for services that take short bursts.
   */
  readonly from: "send" | "answer";
}

const SLOWER = 2;
const FASTER = 0.75;
const SLOWEST = 16;

export function openLimiter(pace: Pace): Limiter {
  let spacing = pace.spacingMs;
  let last: number | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  async function take({ clock, signal }: Pick<Ctx, "clock" | "signal">): Promise<Turn> {
    signal.throwIfAborted();
    while (last !== undefined) {
      // A clock that was set back must not hold a call for longer than the spacing.
      last = Math.min(last, clock.now());
      const since = clock.now() - last;
      if (since >= spacing) break;
      await clock.sleep(spacing - since, signal);
    }
    last = clock.now();
    return {
      done(outcome) {
        if (pace.from === "answer") last = Math.max(last ?? 0, clock.now());
        if (outcome === "throttled") spacing = Math.min(spacing * SLOWER, pace.spacingMs * SLOWEST);
        if (outcome === "answered") spacing = Math.max(spacing * FASTER, pace.spacingMs);
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
  };
}

/** One limiter a key for the whole process: account, region and action. */
export interface Limiters {
  for(key: string, pace: Pace): Limiter;
}

export function openLimiters(): Limiters {
  const limiters = new Map<string, Limiter>();
  return {
    for(key, pace) {
      const known = limiters.get(key);
      if (known !== undefined) return known;
      const fresh = openLimiter(pace);
      limiters.set(key, fresh);
      return fresh;
    },
  };
}
