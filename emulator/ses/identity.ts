import { createHash, randomBytes } from "node:crypto";
import type { VerificationStatus } from "../../provider/ses/port";
import type { Dkim } from "./dkim";
import { type DnsLook, type LookInfo, NO_INFO, noted } from "./look-info";
import type { MailKind } from "./mail";
import type { MailFrom } from "./mail-from";
import { nextPendingLook, replay, type Schedule } from "./schedule";
import type { Scope } from "./scope";
import type { Tags } from "./tags";

/** An identity as SES holds it. Times in ms of the emulator's clock. */
export interface Identity extends Scope {
  readonly name: string;
  readonly kind: "domain" | "address";
  /** Grows with each identity: the order of lists. */
  readonly sequence: number;
  readonly createdAt: number;
  /** 1 for the first identity of this name, account and region; one more each time it is made again. */
  readonly generation: number;
  /** Success where the TXT record or DKIM proves the domain. */
  status: VerificationStatus;
  /** The value of the TXT record; absent for one made for DKIM and for an address. */
  token: string | undefined;
  dkim: Dkim;
  /** Absent where no MAIL FROM domain was set. */
  mailFrom: MailFrom | undefined;
  /** Whether bounces and complaints are mailed. */
  feedbackForwarding: boolean;
  configurationSet: string | undefined;
  tags: Tags;
  /** When verification was last begun. */
  since: number;
  /** Grows whenever anything but a look changes it: a look that was under way then does not count. */
  revision: number;
  /** When SES looks next for the TXT record; absent where it does not. */
  nextLook: number | undefined;
  /** When SES warned that it would revoke. */
  warned: number | undefined;
  /** The token in the link that was mailed to an address. */
  link: string | undefined;
  /** What the last look for the TXT record showed. */
  info: LookInfo;
}

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

/** Whether DKIM proves that the domain is the account's: also while its records are gone, until it is revoked. */
function isProvenByDkim({ dkim }: Identity): boolean {
  return dkim.status === "Success" || dkim.status === "TemporaryFailure";
}

/** Takes in what a look for the TXT record showed at `now`, as `replay` does. Returns the mails that SES sent. */
export function observe(
  identity: Identity,
  look: DnsLook,
  now: number,
  schedule: Schedule,
): readonly { readonly kind: MailKind; readonly at: number }[] {
  return replay(identity, now, (at) => observeOnce(identity, look, at, schedule));
}

function observeOnce(identity: Identity, look: DnsLook, at: number, schedule: Schedule): MailKind | undefined {
  const found = look.result === "found" || isProvenByDkim(identity);
  identity.info = noted(identity.info, look, found, at);
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
      identity.nextLook = nextPendingLook(identity.since, at, deadline, schedule);
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
  giveUp(identity);
  return kind;
}

function giveUp(identity: Identity): void {
  identity.status = "Failed";
  identity.warned = undefined;
  identity.nextLook = undefined;
}

/**
 * Lets the verification follow a change of DKIM's status at `at`: its Success verifies the domain. Its failure ends what only
 * DKIM proved; where there is a TXT token, SES looks for that.
 */
export function followDkim(identity: Identity, at: number, schedule: Schedule): void {
  if (isProvenByDkim(identity)) {
    if (identity.status === "Success") return;
    identity.status = "Success";
    identity.warned = undefined;
    identity.nextLook = identity.token === undefined ? undefined : at + schedule.verifiedLookMs;
    return;
  }
  if (identity.dkim.status !== "Failed") return;
  if (identity.token === undefined) giveUp(identity);
  else if (identity.status === "Success") identity.nextLook = at;
}

/** An address whose link was not followed in time. */
export function expireLink(identity: Identity, now: number): void {
  if (identity.nextLook === undefined || now < identity.nextLook) return;
  identity.nextLook = undefined;
  identity.link = undefined;
  if (identity.status === "Pending") identity.status = "Failed";
}
