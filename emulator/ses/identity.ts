import { createHash, randomBytes } from "node:crypto";
import type { VerificationInfo, VerificationStatus } from "../../provider/ses/port";
import type { Tags } from "./tags";

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
  /** Between the looks at a verified domain. */
  readonly verifiedLookMs: number;
  /** After this Pending is Failed. */
  readonly pendingMs: number;
  /** From the warning to the revocation. */
  readonly graceMs: number;
  /** How long the link in a mail to an address is good. */
  readonly linkMs: number;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** 72 hours to verify, 72 hours of grace, 24 hours for an address: the SES developer guide. The rest is not documented. */
export const DEFAULT_SCHEDULE: Schedule = {
  firstLookMs: 500,
  youngLookMs: 2 * SECOND,
  youngForMs: 60 * SECOND,
  laterLookMs: HOUR,
  verifiedLookMs: 24 * HOUR,
  pendingMs: 72 * HOUR,
  graceMs: 72 * HOUR,
  linkMs: 24 * HOUR,
};

export type MailKind =
  | "verification-success"
  | "verification-failure"
  | "revocation-warning"
  | "revocation-cancelled"
  | "revocation"
  | "confirm-address";

/** One account in one region. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** An identity as SES holds it. Times in ms of the emulator's clock. */
export interface Identity extends Scope {
  readonly name: string;
  readonly kind: "domain" | "address";
  /** Grows with each identity: the order of lists. */
  readonly sequence: number;
  status: VerificationStatus;
  /** The value of the TXT record; absent for one made for DKIM and for an address. */
  token: string | undefined;
  /** Whether the DKIM records stand, which is enough for Success. */
  dkim: boolean;
  tags: Tags;
  /** When verification was last begun. */
  since: number;
  /** Grows whenever anything but a look changes it: a look that was under way then does not count. */
  revision: number;
  /** When SES looks next; absent where it does not. */
  nextLook: number | undefined;
  /** When SES warned that it would revoke. */
  warned: number | undefined;
  /** The token in the link that was mailed to an address. */
  link: string | undefined;
  info: VerificationInfo;
}

/** What a look at DNS showed. `unanswered`: nothing definite. */
export interface DnsLook {
  readonly result: "found" | "absent" | "unanswered";
  readonly errorType: VerificationInfo["errorType"];
  readonly soa: VerificationInfo["soa"];
}

export const NO_INFO: VerificationInfo = {
  errorType: undefined,
  lastChecked: undefined,
  lastSuccess: undefined,
  soa: undefined,
};

/** As SES's: base64 of 32 octets, 44 characters. With a seed, the same each time. */
export function newToken(seed?: string): string {
  const octets = seed === undefined ? randomBytes(32) : createHash("sha256").update(seed).digest();
  return octets.toString("base64");
}

/** Begins to verify, from the beginning. */
export function begin(identity: Identity, now: number, schedule: Schedule): void {
  identity.status = "Pending";
  identity.since = now;
  identity.revision += 1;
  identity.warned = undefined;
  identity.nextLook = now + (identity.kind === "domain" ? schedule.firstLookMs : schedule.linkMs);
  identity.info = NO_INFO;
}

/**
 * Takes in what a look showed at `now`, and applies it at every moment up to now at which SES would have looked: a
 * clock that jumped past several leaves the identity as if each had been kept. Returns the mails that SES sent, with
 * their times.
 */
export function observe(
  identity: Identity,
  look: DnsLook,
  now: number,
  schedule: Schedule,
): readonly { readonly kind: MailKind; readonly at: number }[] {
  const mails: { kind: MailKind; at: number }[] = [];
  let at = Math.min(identity.nextLook ?? now, now);
  do {
    const kind = observeOnce(identity, look, at, schedule);
    if (kind) mails.push({ kind, at });
    at = identity.nextLook ?? Number.POSITIVE_INFINITY;
  } while (at <= now);
  return mails;
}

function observeOnce(identity: Identity, look: DnsLook, at: number, schedule: Schedule): MailKind | undefined {
  const found = look.result === "found" || identity.dkim;
  identity.info = {
    errorType: look.errorType,
    lastChecked: at,
    lastSuccess: found ? at : identity.info.lastSuccess,
    soa: look.soa ?? identity.info.soa,
  };
  if (identity.status === "Failed" || identity.status === "NotStarted") {
    identity.nextLook = undefined;
    return undefined;
  }
  if (found) {
    const before = identity.status;
    const warned = identity.warned !== undefined;
    identity.status = "Success";
    identity.warned = undefined;
    identity.nextLook = at + schedule.verifiedLookMs;
    if (warned) return "revocation-cancelled";
    return before === "Pending" ? "verification-success" : undefined;
  }
  switch (identity.status) {
    case "Pending": {
      const deadline = identity.since + schedule.pendingMs;
      if (at >= deadline) return fail(identity, "verification-failure");
      const age = at - identity.since;
      const pause = age < schedule.youngForMs ? schedule.youngLookMs : Math.min(age, schedule.laterLookMs);
      identity.nextLook = Math.min(at + pause, deadline);
      return undefined;
    }
    case "Success":
    case "TemporaryFailure": {
      identity.nextLook = at + schedule.laterLookMs;
      if (look.result === "unanswered") {
        identity.status = "TemporaryFailure";
        return undefined;
      }
      identity.status = "Success";
      if (identity.warned === undefined) {
        identity.warned = at;
        identity.nextLook = Math.min(identity.nextLook, at + schedule.graceMs);
        return "revocation-warning";
      }
      const deadline = identity.warned + schedule.graceMs;
      if (at >= deadline) return fail(identity, "revocation");
      identity.nextLook = Math.min(identity.nextLook, deadline);
      return undefined;
    }
  }
}

function fail(identity: Identity, kind: MailKind): MailKind {
  identity.status = "Failed";
  identity.warned = undefined;
  identity.nextLook = undefined;
  return kind;
}

/** An address whose link was not followed in time. */
export function expireLink(identity: Identity, now: number): void {
  if (identity.nextLook === undefined || now < identity.nextLook) return;
  identity.nextLook = undefined;
  identity.link = undefined;
  if (identity.status === "Pending") identity.status = "Failed";
}
