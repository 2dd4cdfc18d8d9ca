import type { Ctx } from "./ctx";
import { SesDomainError } from "./errors";

/** How long a remote call is tried again. Between two tries lies a random time up to `baseMs · 2^n`, at most `capMs`. */
export interface RetryPolicy {
  /** Tries in all; without it only the time counts. */
  readonly attempts?: number;
  /** After this time no further try begins; the last error is thrown. */
  readonly withinMs: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** Default: what a `SesDomainError` says of itself. */
  readonly worthwhile?: (error: unknown) => boolean;
  /** In [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

/** For `random`: waits of at least half their ceiling, where what is waited for needs time rather than luck. */
export function atLeastHalf(): number {
  return 0.5 + Math.random() / 2;
}

/**
 * Runs `operation` until it succeeds, fails for good, or the policy ends. Full jitter: of clients that fail together,
 * no two come back together. Rejects with the signal's reason once `ctx.signal` aborts.
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  ctx: Pick<Ctx, "clock" | "signal">,
): Promise<T> {
  const started = ctx.clock.now();
  const worthwhile = policy.worthwhile ?? saysRetryable;
  for (let attempt = 1; ; attempt += 1) {
    ctx.signal.throwIfAborted();
    try {
      return await operation(attempt);
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (!worthwhile(error) || attempt >= (policy.attempts ?? Number.POSITIVE_INFINITY)) throw error;
      const waitMs = jitterMs(attempt, policy);
      if (ctx.clock.now() - started + waitMs > policy.withinMs) throw error;
      await ctx.clock.sleep(waitMs, ctx.signal);
    }
  }
}

function jitterMs(attempt: number, policy: RetryPolicy): number {
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil((policy.random ?? Math.random)() * ceilingMs);
}

function saysRetryable(error: unknown): boolean {
  return error instanceof SesDomainError && error.retryable;
}
