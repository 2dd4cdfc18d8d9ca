import type { DnsKind } from "../../dns/backend";
import type { Severity } from "../finding";

export type Family =
  | "record"
  | "dkim"
  | "mail-from"
  | "spf"
  | "dmarc"
  | "zone"
  | "servers"
  | "ses"
  | "sending"
  | "account"
  | "arguments"
  | "addresses";

/**
 * What to do: `any`, unless the kind of DNS host has a line of its own. `shell`: where no program declares the domain.
 * `doctor`: where a program does, in the doctor's report. Where a program writes to no host, `manual` shows that the fix is to publish.
 */
export type Fix = { readonly any: string; readonly shell?: string; readonly doctor?: string } & {
  readonly [K in DnsKind]?: string;
};

/**
 * `tokenless`: SES has no token for the identity. `held`: it failed so often that SES is not asked again yet.
 * `undeliverable`: no mail can arrive at the address. `unasked`: which token it should be is not known.
 */
export type Situation = "tokenless" | "held" | "undeliverable" | "unasked";

/** What SES says of an identity whose record it does not find. */
export const LAPSES = [
  "verification-failed",
  "verification-revoked",
  "verification-failing",
  "revocation-pending",
  "temporary-failure",
  "success-without-txt",
  "verification-pending",
] as const;

/** What SES says of DKIM while it does not see the records. */
export const DKIM_LAPSES = [
  "dkim-revoked",
  "dkim-failed",
  "dkim-revocation-pending",
  "dkim-temporary-failure",
  "dkim-pending",
] as const;

/** What SES says of a MAIL FROM domain while it does not see its MX record. */
export const MAIL_FROM_LAPSES = [
  "mail-from-rejects",
  "mail-from-failed",
  "mail-from-temporary-failure",
  "mail-from-falls-back",
  "mail-from-pending",
] as const;

/** What an address is told while its link is not followed. */
export const UNCONFIRMED = ["address-unconfirmed", "address-expired"] as const;

/**
 * What is known of one problem. Texts hold `{domain}`, `{name}`, `{found}`, `{value}`, `{records}` (whole records, for a zone file), `{region}`,
 * `{zone}`, `{server}` and, with single addresses, `{address}` where a finding puts its own.
 */
export interface Entry {
  readonly code: string;
  readonly family: Family;
  readonly severity: Severity;
  /** It says why something is not known: nothing was seen, so it is never a reason for a step. */
  readonly unlearned?: true;
  readonly title: string;
  /** Why it matters: what SES or DNS does because of it. */
  readonly why: string;
  /** How it comes about, the most frequent first. */
  readonly causes: readonly string[];
  readonly fix: Fix;
  /** Its fix is to wait: left out where an error says what to do. */
  readonly waits?: true;
  /** What to do instead, where more is known of the identity. */
  readonly fixWhere?: { readonly [K in Situation]?: Fix };
  /** The line for the shell that shows it. */
  readonly command?: string;
  /** Codes of the problems that this one causes in the same identities: it is listed before them, as severe as they are. */
  readonly leadsTo?: readonly string[];
  /** Codes that are left out of the same identities while this one is found: they say the opposite, or less of the same. */
  readonly excludes?: readonly string[];
  /** Where it is specified: RFC sections, vendors' pages. */
  readonly sources?: readonly string[];
}

export const AWS_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-verification.html";

/** For a value that is to be published by hand. */
export const PUBLISH_BY_HAND =
  "Publish {records} at the DNS host, with exactly this name and value. If the host's panel appends the domain to names, enter the name without the domain.";

const HOW_TO_ASK =
  '(aws ses verify-domain-identity --domain {domain} --region {region}). If the token that it prints is not published, publish it: {name}. IN TXT "TOKEN".';

/** For a domain that no program declares. */
export const ASK_BY_HAND = `Ask SES ${HOW_TO_ASK}`;
export const ASK_AGAIN_BY_HAND = `Ask SES again ${HOW_TO_ASK}`;
export const DOH_BY_HAND = "Run it from another network, or with --doh. DNS over HTTPS asks caches, so it proves less.";

/** For CNAME and MX records. */
export const RECORD_BY_HAND =
  "Publish {records} at the DNS host, with exactly this name and target. If the host's panel appends the domain to names, enter the name without the domain.";

export const TXT_COMMAND = "dig +norec TXT {name} @{server}";
export const FOUND_COMMAND = "dig +norec TXT {found} @{server}";
export const STATUS_COMMAND = "aws ses get-identity-verification-attributes --identities {domain} --region {region}";
export const IDENTITY_COMMAND = "aws sesv2 get-email-identity --email-identity {domain} --region {region}";
