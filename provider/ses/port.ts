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

/** SESv2 VerificationInfo, ErrorType. `REPLICATION_…`: of a replica (`AWS_SES_<REGION>`), about the identity whose key it uses. */
export const ERROR_TYPES = [
  "INVALID_VALUE",
  "TYPE_NOT_FOUND",
  "HOST_NOT_FOUND",
  "SERVICE_ERROR",
  "DNS_SERVER_ERROR",
  "REPLICATION_ACCESS_DENIED",
  "REPLICATION_PRIMARY_NOT_FOUND",
  "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED",
  "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED",
  "REPLICATION_PRIMARY_INVALID_REGION",
] as const;

/** SESv2 GetEmailIdentity's VerificationInfo: what SES itself saw when it last looked. Times in ms since the epoch. */
export interface VerificationInfo {
  readonly errorType: (typeof ERROR_TYPES)[number] | undefined;
  readonly lastChecked: number | undefined;
  readonly lastSuccess: number | undefined;
  readonly soa: { readonly primaryNameServer: string; readonly serial: number } | undefined;
}

/** What GetEmailIdentity tells of an identity: SES's last look, and whether its DKIM records stand (then Success holds without TXT). */
export interface IdentityInfo extends VerificationInfo {
  readonly dkimVerified: boolean;
}

/** What SES does with a mail while it does not see the MAIL FROM domain's MX record: sends it from its own domain, or refuses it. */
export type OnMxFailure = "default" | "reject";

/** GetIdentityDkimAttributes. `tokens`: three with Easy DKIM; else as many as SES tells, also none. */
export interface DkimStatus {
  readonly status: VerificationStatus;
  /** Whether SES signs, once the records are seen. */
  readonly signing: boolean;
  readonly tokens: readonly string[];
}

/** GetIdentityMailFromDomainAttributes. `domain` and `status` are undefined where no MAIL FROM domain is set. */
export interface MailFromStatus {
  readonly domain: Fqdn | undefined;
  readonly status: VerificationStatus | undefined;
  readonly onMxFailure: OnMxFailure;
}

export const KEY_LENGTHS = [1024, 2048] as const;
export type KeyLength = (typeof KEY_LENGTHS)[number];

/** SESv2 DkimAttributes. */
export interface DkimDetails extends DkimStatus {
  /** SigningAttributesOrigin: `AWS_SES` (Easy DKIM), `EXTERNAL` (an own key), `AWS_SES_REGION` (a replica). The set is open. */
  readonly origin: string | undefined;
  /** SigningHostedZone: where the CNAME records lead. */
  readonly zone: Fqdn | undefined;
  /** Bits. */
  readonly keyLength: KeyLength | undefined;
  /** Bits of the next key. */
  readonly nextKeyLength: KeyLength | undefined;
  /** Ms since the epoch. */
  readonly keyMadeMs: number | undefined;
}

/** Everything that GetEmailIdentity tells. */
export interface IdentityDetails {
  readonly info: IdentityInfo;
  readonly dkim: DkimDetails;
  readonly mailFrom: MailFromStatus;
  readonly configurationSet: string | undefined;
  /** Undefined where SES does not say. */
  readonly feedbackForwarding: boolean | undefined;
}

/** SESv2 GetAccount. */
export interface SendingAccount {
  /** False: the account is in the sandbox, where mail goes to verified addresses only. */
  readonly productionAccess: boolean;
  /** False: SES has paused sending. */
  readonly sendingEnabled: boolean;
}

/** What a new identity is made with. */
export interface NewIdentity {
  readonly user: IdentityUser;
  /** Bits of the DKIM key. Default: SES's own (2048). */
  readonly keyLength?: KeyLength | undefined;
  readonly configurationSet?: string | undefined;
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
  /**
   * SESv2 CreateEmailIdentity, with the user's tags in the same call: Easy DKIM, and no TXT token yet. `untagged`: it was made,
   * and the credentials may not tag. `exists`: SES had it already.
   */
  create(domain: Fqdn, wish: NewIdentity, ctx: Ctx): Promise<"made" | "untagged" | "exists">;
  /** GetIdentityDkimAttributes; `undefined` where SES has no such identity. Calls made together travel together, 100 a request. */
  dkim(domain: Fqdn, ctx: Ctx): Promise<DkimStatus | undefined>;
  /** GetIdentityMailFromDomainAttributes; the same. */
  mailFrom(domain: Fqdn, ctx: Ctx): Promise<MailFromStatus | undefined>;
  /** SESv2 GetEmailIdentity, whole. `denied`: it may not be read. */
  details(domain: Fqdn, ctx: Ctx): Promise<IdentityDetails | "absent" | "denied">;
  /** VerifyDomainDkim: begins Easy DKIM, or begins again where it has failed. Returns the tokens, which stay the same. */
  startDkim(domain: Fqdn, ctx: Ctx): Promise<readonly string[]>;
  /** SESv2 PutEmailIdentityDkimAttributes. */
  setSigning(domain: Fqdn, signing: boolean, ctx: Ctx): Promise<void>;
  /**
   * SESv2 PutEmailIdentityMailFromAttributes; `undefined` clears it. Also has SES look again where it has given up.
   * `not-verified`: SES takes it only once the identity is verified.
   */
  setMailFrom(
    domain: Fqdn,
    wish: { readonly domain: Fqdn; readonly onMxFailure: OnMxFailure } | undefined,
    ctx: Ctx,
  ): Promise<"done" | "not-verified">;
  /** SESv2 PutEmailIdentityConfigurationSetAttributes. */
  setConfigurationSet(domain: Fqdn, name: string, ctx: Ctx): Promise<void>;
  /** SESv2 PutEmailIdentityFeedbackAttributes. */
  setFeedbackForwarding(domain: Fqdn, enabled: boolean, ctx: Ctx): Promise<void>;
  /** SESv2 GetAccount. */
  sendingAccount(ctx: Ctx): Promise<SendingAccount | "denied">;
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
