/** When SES looks, in milliseconds. */
export interface Schedule {
  /** From the request to the first look. */
  readonly firstLookMs: number;
  /** Between looks while a request is young; later the time between them doubles, up to `laterLookMs`. */
  readonly youngLookMs: number;
  /** How long a request is young. */
  readonly youngForMs: number;
  /** The longest time between looks while Pending; always that in a grace and in a temporary failure. */
  readonly laterLookMs: number;
  /** Between the looks at what is verified. */
  readonly verifiedLookMs: number;
  /** After this Pending is Failed. */
  readonly pendingMs: number;
  /** From the warning to the revocation. */
  readonly graceMs: number;
  /** How long the link in a mail to an address is good. */
  readonly linkMs: number;
  /** After this DKIM's Pending is Failed. */
  readonly dkimPendingMs: number;
  /** How long DKIM's records may be gone. */
  readonly dkimGraceMs: number;
  /** After this MAIL FROM's Pending is Failed. */
  readonly mailFromPendingMs: number;
  /** After this MAIL FROM's TemporaryFailure is Failed. */
  readonly mailFromGraceMs: number;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/**
 * 72 hours to verify a domain, DKIM and MAIL FROM, 72 hours of grace, 24 hours for an address: the SES developer guide. Its
 * former edition names five days for DKIM's records ("Easy DKIM revocation"). The rest is not documented.
 */
export const DEFAULT_SCHEDULE: Schedule = {
  firstLookMs: 500,
  youngLookMs: 2 * SECOND,
  youngForMs: 60 * SECOND,
  laterLookMs: HOUR,
  verifiedLookMs: 24 * HOUR,
  pendingMs: 72 * HOUR,
  graceMs: 72 * HOUR,
  linkMs: 24 * HOUR,
  dkimPendingMs: 72 * HOUR,
  dkimGraceMs: 5 * 24 * HOUR,
  mailFromPendingMs: 72 * HOUR,
  mailFromGraceMs: 72 * HOUR,
};

/** What every clock of SES keeps. Times in ms of the emulator's clock. */
export interface Clocked {
  /** When SES looks next; absent where it does not. */
  nextLook: number | undefined;
}

/** When a request that is still pending at `at` is looked at again; never after its deadline. */
export function nextPendingLook(since: number, at: number, deadline: number, schedule: Schedule): number {
  const age = at - since;
  const pause = age < schedule.youngForMs ? schedule.youngLookMs : Math.min(age, schedule.laterLookMs);
  return Math.min(at + pause, deadline);
}

/**
 * Applies what a look showed at `now` at every moment up to now at which SES would have looked: a clock that jumped past
 * several leaves the state as if each had been kept. `once` returns the mail that SES sent then, if any.
 */
export function replay<Mail>(
  state: Clocked,
  now: number,
  once: (at: number) => Mail | undefined,
): readonly { readonly kind: Mail; readonly at: number }[] {
  const mails: { kind: Mail; at: number }[] = [];
  let at = Math.min(state.nextLook ?? now, now);
  do {
    const kind = once(at);
    if (kind !== undefined) mails.push({ kind, at });
    at = state.nextLook ?? Number.POSITIVE_INFINITY;
  } while (at <= now);
  return mails;
}
