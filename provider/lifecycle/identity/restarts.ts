import type { AskedAgain } from "../../diagnosis/finding";

/*
 * A domain that fails again and again has a cause that asking SES once more does not fix: it is reported, and asked again only after a pause.
 */

/** What is remembered of an identity that we asked SES for again, until it is verified. */
export interface Restarts {
  /** ISO 8601: the last time. */
  readonly at: string;
  /** How often in a row, after a failure or a revocation. */
  readonly restarts: number;
  /** Whether SES gave another token the last time. */
  readonly tokenChanged?: boolean | undefined;
}

/** By the identity's ARN, and for the other parts by `partKey`. */
export type RestartsByArn = Readonly<Record<string, Restarts>>;

/** What SES looks for on its own, and may give up on its own. */
export const PARTS = ["dkim", "mail-from"] as const;
export type Part = (typeof PARTS)[number];

export function partKey(arn: string, part: Part): string {
  return `${arn} ${part}`;
}

/** So many times in a row are free. SES takes 72 hours to fail, so that these are more than a week. */
const FREE_RESTARTS = 3;
const PAUSE_MS = 7 * 24 * 3_600_000;

/** Until when SES is not asked again, in ms since the epoch; undefined where it may be asked now. Pure. */
export function heldUntilMs(asked: Restarts | undefined, nowMs: number): number | undefined {
  if (asked === undefined || asked.restarts < FREE_RESTARTS) return undefined;
  const until = Date.parse(asked.at) + PAUSE_MS;
  return nowMs < until ? until : undefined;
}

/** The same as an observation. */
export function restartsSeen({ restarts, at, tokenChanged }: Restarts, nowMs: number): AskedAgain {
  return { restarts, tokenChanged, lastMs: Date.parse(at), heldUntilMs: heldUntilMs({ restarts, at }, nowMs) };
}

/** What to remember after one more restart. */
export function askedAgain(before: Restarts | undefined, nowMs: number, tokenChanged?: boolean): Restarts {
  const again = { at: new Date(nowMs).toISOString(), restarts: (before?.restarts ?? 0) + 1 };
  return tokenChanged === undefined ? again : { ...again, tokenChanged };
}
