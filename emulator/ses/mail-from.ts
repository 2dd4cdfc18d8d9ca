import type { DnsLook } from "./look-info";
import type { MailKind } from "./mail";
import { type Clocked, nextPendingLook, replay, type Schedule } from "./schedule";

/** SES's status on a MAIL FROM domain (SES API reference, IdentityMailFromDomainAttributes): without NotStarted. */
export const MAIL_FROM_STATUSES = ["Pending", "Success", "Failed", "TemporaryFailure"] as const;
export type MailFromStatus = (typeof MAIL_FROM_STATUSES)[number];

/** What becomes of a mail while the MAIL FROM domain has not Success: it leaves from amazonses.com, or is refused. */
export type OnMxFailure = "default" | "reject";

/** An identity's MAIL FROM domain as SES holds it. Every call that begins it makes another one. Times in ms of the emulator's clock. */
export interface MailFrom extends Clocked {
  readonly domain: string;
  readonly onMxFailure: OnMxFailure;
  status: MailFromStatus;
  /** When this verification was begun. */
  readonly since: number;
  /** When its MX record was first missed. */
  missed: number | undefined;
}

/** Begins to look for the MX record, from the beginning. */
export function beginMailFrom(domain: string, onMxFailure: OnMxFailure, now: number, schedule: Schedule): MailFrom {
  return {
    domain,
    onMxFailure,
    status: "Pending",
    since: now,
    missed: undefined,
    nextLook: now + schedule.firstLookMs,
  };
}

/** Takes in what a look for the MX record showed at `now`, as `replay` does. Returns the mails that SES sent. */
export function observeMailFrom(
  mailFrom: MailFrom,
  look: DnsLook,
  now: number,
  schedule: Schedule,
): readonly { readonly kind: MailKind; readonly at: number }[] {
  return replay(mailFrom, now, (at) => observeOnce(mailFrom, look, at, schedule));
}

function observeOnce(mailFrom: MailFrom, look: DnsLook, at: number, schedule: Schedule): MailKind | undefined {
  const before = mailFrom.status;
  if (before === "Failed") {
    mailFrom.nextLook = undefined;
    return undefined;
  }
  if (look.result === "found") {
    mailFrom.status = "Success";
    mailFrom.missed = undefined;
    mailFrom.nextLook = at + schedule.verifiedLookMs;
    return before === "Success" ? undefined : "mail-from-success";
  }
  if (before === "Pending") {
    const deadline = mailFrom.since + schedule.mailFromPendingMs;
    if (at >= deadline) return fail(mailFrom);
    mailFrom.nextLook = nextPendingLook(mailFrom.since, at, deadline, schedule);
    return undefined;
  }
  // SES tells no difference between a record that is gone and a server that does not answer (developer guide, MAIL FROM).
  mailFrom.missed ??= at;
  const deadline = mailFrom.missed + schedule.mailFromGraceMs;
  if (at >= deadline) return fail(mailFrom);
  mailFrom.status = "TemporaryFailure";
  mailFrom.nextLook = Math.min(at + schedule.laterLookMs, deadline);
  return before === "Success" ? "mail-from-temporary-failure" : undefined;
}

function fail(mailFrom: MailFrom): MailKind {
  mailFrom.status = "Failed";
  mailFrom.missed = undefined;
  mailFrom.nextLook = undefined;
  return "mail-from-failure";
}
