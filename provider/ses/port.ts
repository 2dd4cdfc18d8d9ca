import type { Account } from "../aws/session-types";
import type { EmailAddress } from "../core/address";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { IdentityUser, Register } from "./register";

/** What SES keeps an identity by. */
export type IdentityName = Fqdn | EmailAddress;

/** SES's status on an identity (SES API reference, IdentityVerificationAttributes). Failed: after 72 h of Pending. */
export const VERIFICATION_STATUSES = ["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** What the account's list says of an identity. `denied`: the credentials may not list. */
export type Listed = VerificationStatus | "absent" | "denied";

/** `token` is absent for an identity that was made for DKIM only, and for an address. */
export interface IdentityStatus {
  readonly status: VerificationStatus;
  readonly token: string | undefined;
}

/** SESv2 GetEmailIdentity's VerificationInfo: what SES itself saw when it last looked. Times in ms since the epoch. */
export interface VerificationInfo {
  readonly errorType:
    | "INVALID_VALUE"
    | "TYPE_NOT_FOUND"
    | "HOST_NOT_FOUND"
    | "SERVICE_ERROR"
    | "DNS_SERVER_ERROR"
    | undefined;
  readonly lastChecked: number | undefined;
  readonly lastSuccess: number | undefined;
  readonly soa: { readonly primaryNameServer: string; readonly serial: number } | undefined;
}

/** What GetEmailIdentity tells of an identity: SES's last look, and whether its DKIM records stand (then Success holds without TXT). */
export interface IdentityInfo extends VerificationInfo {
  readonly dkimVerified: boolean;
}

/** The shortest time between two requests for status questions that wait (`Ctx.waits`), in one region of an account. */
export const STATUS_TICK_MS = 2_500;

/**
 * SES in one region of one account. Every call waits its turn at the limiter of that account, region and action, and is
 * retried while throttled. Throws `SesError`: `credentials-missing`, `credentials-refused`, `permission-missing` (names
 * the action), `region-unknown`, `account-mismatch` and `account-forbidden` (name both accounts), `ses-refused` (final),
 * and, with `retryable`, `throttled`, `ses-unavailable`. Rejects with the signal's reason once `ctx.signal` aborts.
 */
export interface SesPort {
  readonly region: string;
  /** From the credentials where they carry it, else STS GetCallerIdentity; asked once a process and set of credentials. */
  account(ctx: Ctx): Promise<Account>;
  /** VerifyDomainIdentity: returns the token. Asks from the beginning where SES says Failed or NotStarted. */
  request(domain: Fqdn, ctx: Ctx): Promise<string>;
  /** VerifyEmailIdentity: mails a link to the address, good for 24 hours. Each call sends a mail. */
  requestAddress(address: EmailAddress, ctx: Ctx): Promise<void>;
  /** GetIdentityVerificationAttributes; `undefined` where SES has no such identity. Calls made together travel together, 100 a request. */
  status(name: IdentityName, ctx: Ctx): Promise<IdentityStatus | undefined>;
  /**
   * Every domain of the account with its status (SESv2 ListEmailIdentities, 1,000 a page), read once a process: for
   * previews. `undefined` where the credentials may not list. Domains come in SES's order.
   */
  listing(ctx: Ctx): Promise<ReadonlyMap<Fqdn, VerificationStatus> | undefined>;
  /** From the same reading, with the page that holds the identity: only `absent` takes all pages. */
  listed(name: IdentityName, ctx: Ctx): Promise<Listed>;
  /** The same reading as far as it has come, one page at least. `undefined` where the credentials may not list. */
  listedSoFar(ctx: Ctx): Promise<ListedSoFar | undefined>;
  /** Every address of the account, from the same reading as `listing`. */
  addresses(ctx: Ctx): Promise<ReadonlyMap<EmailAddress, VerificationStatus> | undefined>;
  /** SESv2 GetEmailIdentity's account of its last look; `undefined` where it has none or may not be read. */
  info(domain: Fqdn, ctx: Ctx): Promise<IdentityInfo | undefined>;
  /** DeleteIdentity, and resolves once SES says that there is none; no error where there was none. */
  remove(name: IdentityName, ctx: Ctx): Promise<void>;
  /** SESv2 ListTagsForResource: who uses the identity. `denied`: the credentials may not read tags; `absent`: there is no identity. */
  register(name: IdentityName, ctx: Ctx): Promise<Register | "denied" | "absent">;
  /**
   * SESv2 TagResource: writes a user's mark and, with `made`, that this package made or took the identity, in one call.
   * `denied`: the credentials may not tag. `refused`: SES takes no further tag, or not this one.
   */
  mark(name: IdentityName, user: IdentityUser, made: boolean, ctx: Ctx): Promise<MarkOutcome>;
  /** SESv2 UntagResource. Keys that are not there are no error. */
  unmark(name: IdentityName, keys: readonly string[], ctx: Ctx): Promise<MarkOutcome>;
}

export interface ListedSoFar {
  readonly domains: ReadonlyMap<Fqdn, VerificationStatus>;
  readonly addresses: ReadonlyMap<EmailAddress, VerificationStatus>;
  readonly isWhole: boolean;
}

export type MarkOutcome = "done" | "denied" | "refused" | "absent";

/** `arn:PARTITION:ses:REGION:ACCOUNT:identity/NAME`. */
export function identityArn(account: Account, region: string, name: IdentityName): string {
  return `arn:${account.partition}:ses:${region}:${account.id}:identity/${name}`;
}

/** A name as SES sent it, as we keep it: domains have no case, and of an address only the domain has none. */
export function identityName(text: string): IdentityName {
  const at = text.lastIndexOf("@");
  return (text.slice(0, at + 1) + text.slice(at + 1).toLowerCase()) as IdentityName;
}
