import type { Scope } from "./scope";

/** What SES writes about to the account's owner; `confirm-address` goes to the address itself. */
export type MailKind = keyof typeof SUBJECTS;

/** A mail that SES would have sent to the account's owner, or to the address that is to be confirmed. */
export interface Mail extends Scope {
  readonly kind: MailKind;
  readonly identity: string;
  readonly subject: string;
  /** Ms of the emulator's clock. */
  readonly at: number;
  /** With `confirm-address`: what `confirm` takes. */
  readonly link: string | undefined;
}

export const SUBJECTS = {
  "verification-success": "Domain Verification SUCCESS",
  "verification-failure": "Domain Verification FAILURE",
  "revocation-warning": "Domain Verification REVOCATION WARNING",
  "revocation-cancelled": "Domain Verification REVOCATION CANCELLATION",
  revocation: "Domain Verification REVOCATION",
  "confirm-address": "Email Address Verification Request",
  "dkim-success": "DKIM Setup SUCCESS",
  "dkim-failure": "DKIM Setup FAILURE",
  "dkim-revocation-pending": "DKIM Setup REVOCATION PENDING",
  "dkim-revocation-cancelled": "DKIM Setup REVOCATION CANCELLATION",
  "dkim-revocation": "DKIM Setup REVOCATION",
  "mail-from-success": "Custom MAIL FROM Setup SUCCESS",
  "mail-from-temporary-failure": "Custom MAIL FROM Setup TEMPORARY FAILURE",
  "mail-from-failure": "Custom MAIL FROM Setup FAILURE",
} as const;
