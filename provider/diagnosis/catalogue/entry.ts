import type { DnsKind } from "../../dns/backend";
import type { Severity } from "../finding";

export type Family = "record" | "zone" | "servers" | "ses" | "arguments" | "addresses";

/**
 * What is known of one problem. Texts hold `{domain}`, `{name}`, `{found}`, `{value}`, `{records}` (whole records, for a zone file), `{region}`,
 * `{zone}`, `{server}` and, with single addresses, `{address}` where a finding puts its own.
 */
export interface Entry {
  readonly code: string;
  readonly family: Family;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters: what SES or DNS does because of it. */
  readonly why: string;
  /** How it comes about, the most frequent first. */
  readonly causes: readonly string[];
  /** What to do: `any`, unless the kind of DNS host has a line of its own. `shell`: where no program declares the domain. */
  readonly fix: { readonly any: string; readonly shell?: string } & { readonly [K in DnsKind]?: string };
  /** The line for the shell that shows it. */
  readonly command?: string;
  /** Where it is laid down: RFC sections, vendors' pages. */
  readonly sources?: readonly string[];
}

export const AWS_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-verification.html";

/** For a value that is to be published by hand. */
export const PUBLISH_BY_HAND =
  "Publish, name and value exactly so: {records}. Where the panel appends the domain itself, enter the name without it.";

/** For a domain that no program declares. */
export const ASK_BY_HAND =
  'Ask SES anew (aws ses verify-domain-identity --domain {domain} --region {region}) and publish the token that it prints: {name}. IN TXT "TOKEN".';
export const DOH_BY_HAND =
  "Run from another network, or with --doh: DNS over HTTPS, which asks caches and so proves less.";

export const TXT_COMMAND = "dig +norec TXT {name} @{server}";
export const FOUND_COMMAND = "dig +norec TXT {found} @{server}";
export const STATUS_COMMAND = "aws ses get-identity-verification-attributes --identities {domain} --region {region}";
export const IDENTITY_COMMAND = "aws sesv2 get-email-identity --email-identity {domain} --region {region}";
