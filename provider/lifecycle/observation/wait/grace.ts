import type { SeenIdentity } from "../observe";

/**
 * How long an answer of SES may be older than the request before it: what was just made may not be listed, what was just
 * restarted may still read Failed, and a token may be the previous one.
 */
export const GRACE_MS = 30_000;

/** What ends a wait: SES has given up, or has no such identity any more. */
export type Ending = "failed" | "gone";

/** What SES says of each identity, from look to look. */
export interface Trend {
  /** Undefined while it is worth waiting. `requested`: SES was asked for the identity in this run. */
  ending(seen: Pick<SeenIdentity, "name" | "status">, requested: boolean, nowMs: number): Ending | undefined;
  /** Whether SES names the same token in every look that learned one, for as long as an older answer may come. */
  tokenStands(seen: Pick<SeenIdentity, "name" | "token">, nowMs: number): boolean;
}

export function openTrend(): Trend {
  const since = new Map<string, { readonly said: string; readonly sinceMs: number }>();

  /** For how long it has said the same, in ms. */
  function stoodMs(key: string, said: string, nowMs: number): number {
    const before = since.get(key);
    if (before?.said === said) return nowMs - before.sinceMs;
    since.set(key, { said, sinceMs: nowMs });
    return 0;
  }

  return {
    ending({ name, status }, requested, nowMs) {
      // What could not be learned neither confirms nor denies what was said before.
      if (status === "unknown") return undefined;
      const stands = stoodMs(`status ${name}`, status, nowMs) >= GRACE_MS;
      if (status === "Failed") return stands || !requested ? "failed" : undefined;
      if (status === "NotStarted") return stands ? "failed" : undefined;
      return status === "absent" && stands ? "gone" : undefined;
    },
    tokenStands({ name, token }, nowMs) {
      return token !== undefined && stoodMs(`token ${name}`, token, nowMs) >= GRACE_MS;
    },
  };
}
