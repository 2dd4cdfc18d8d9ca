import type { Input } from "@pulumi/pulumi";
import type { Fqdn } from "../core/fqdn";
import type { DnsKind } from "../dns/backend";
import type { CheckedDns } from "../dns/hosts";
import type { Adoption, DnsCheckMode, Placement, PreviewCheck, Restart, Wait } from "../lifecycle/arguments/types";
import type { KeyLength, OnMxFailure } from "../ses/port";
import type { RecordOutput, VerificationOutput } from "./outputs";

/** Easy DKIM: three CNAME records for each identity lead to keys that SES holds and changes by itself. */
export interface DkimArgs {
  /**
   * Bits of the key of a new identity, 2048 or 1024. Default: SES's own, 2048. One that has DKIM keeps its key, and another
   * length is an error.
   */
  keyLength?: Input<KeyLength | undefined>;
  /** Whether SES signs mail with the key. Default true. With false the records are published, and mail has no signature of the domain. */
  signing?: Input<boolean | undefined>;
}

/** The domain that bounces go to, in place of SES's own. `label` or `domain` says its name, not both. */
export interface MailFromArgs {
  /** The label in front of the domain. Default `bounce`; with several identities the identity's name is added: `bounce-eu-west-1`. */
  label?: Input<string | undefined>;
  /** The whole name. SES asks for one below the domain. It is refused where it is not below the registered domain. */
  domain?: Input<string | undefined>;
  /**
   * What SES does with mail while it does not see the MX record. `default`: it sends with its own MAIL FROM domain. `reject`: it
   * refuses to send; `up` sets that only after SES has seen the record.
   */
  onMxFailure?: Input<OnMxFailure | undefined>;
  /** The host that takes the bounces. Default: that of the identity's region. Needed in China and in the other partitions except `aws` and `aws-us-gov`. */
  mx?: Input<string | undefined>;
}

/** A DMARC record for a domain that has none. */
export interface DmarcArgs {
  /**
   * The record's text, such as `v=DMARC1; p=none; rua=mailto:dmarc@example.com` (RFC 9989 section 4.7). It is written to `_dmarc` below the
   * domain where no record is there and none that asks for more is inherited. A record that is there is never changed.
   */
  ifAbsent: Input<string>;
}

/**
 * One SES identity: one for each region and account that sends.
 * Credentials are read at run time; what stands here only says which.
 */
export interface AddressIdentityArgs {
  /**
   * What the identity is called in `identityArns` and `verifications`. Default: its region. Needed where two identities
   * are in one region, which takes two accounts.
   */
  name?: Input<string | undefined>;
  /** An AWS region where SES is offered, such as `eu-west-1`. Default: the stack's `aws:region`, then the AWS environment's. */
  region?: Input<string | undefined>;
  /** A profile of the shared AWS configuration files. Default: `aws:profile`, then the SDK's own chain. */
  profile?: Input<string | undefined>;
  /** A role to assume before SES is asked, `arn:PARTITION:iam::ACCOUNT:role/NAME`. */
  roleArn?: Input<string | undefined>;
  /** The external id that the role's trust policy asks for. Only with `roleArn`. */
  externalId?: Input<string | undefined>;
  /** Twelve digits: the account that the credentials must be of. Another one is an error before anything is asked. */
  accountId?: Input<string | undefined>;
  /** The name of a set of credentials in the config key `sesdomain:credentials`. */
  credentials?: Input<string | undefined>;
}

/** One SES identity of the domain, and what it sends with where that differs from the resource's own arguments. */
export interface IdentityArgs extends AddressIdentityArgs {
  /** As the resource's `dkim`, for this identity alone. Default: the resource's. */
  dkim?: Input<boolean | "keep" | DkimArgs | undefined>;
  /** As the resource's `mailFrom`, for this identity alone; a label stands as it is written. Default: the resource's. */
  mailFrom?: Input<false | string | MailFromArgs | undefined>;
}

type Inputs<Entry> = {
  -readonly [Name in keyof Entry]: Input<[NonNullable<Entry[Name]>] extends [Fqdn] ? string | undefined : Entry[Name]>;
};

/** A DNS host of that kind, as a program writes it: `HostArgs<"route53">`. */
export type HostArgs<Kind extends DnsKind> = Inputs<Extract<CheckedDns, OfKind<Kind>>>;

interface OfKind<Kind extends DnsKind> {
  /** Which host the entry is for. */
  readonly kind: Kind;
}

/** Amazon Route 53. */
export type Route53Args = HostArgs<"route53">;
/** Cloudflare. */
export type CloudflareArgs = HostArgs<"cloudflare">;
/** A server that takes dynamic updates (RFC 2136), signed with TSIG (RFC 8945): BIND, Knot, PowerDNS, Windows DNS. */
export type Rfc2136Args = HostArgs<"rfc2136">;
/** PowerDNS Authoritative Server, by its HTTP API. */
export type PowerdnsArgs = HostArgs<"powerdns">;
/** A host without an interface for programs: the records are printed, a person publishes them, the wait goes on when they appear. */
export type ManualArgs = HostArgs<"manual">;

/** One DNS host of the domain's zone. */
export type DnsArgs = { [Kind in DnsKind]: HostArgs<Kind> }[DnsKind];

/** How DNS is read while waiting and on preview. */
export interface DnsCheckArgs {
  /**
   * `authoritative` (default): every authoritative server at every address. `doh`: public resolvers over HTTPS, for
   * networks that block port 53; weaker, since caches answer. `off`: the verification status that SES reports alone counts.
   */
  mode?: Input<DnsCheckMode | undefined>;
  /** Recursive resolvers for the names of servers: `address`, `address:port`, `[v6]:port`; with `doh`, https URLs. Default: the system's; Cloudflare's and Google's with `doh`. */
  resolvers?: Input<readonly Input<string>[] | undefined>;
  /** The port of the authoritative servers, 1 to 65535. Default 53; others are for tests. */
  port?: Input<number | undefined>;
}

/** The arguments of a `VerifiedDomain`. */
export interface VerifiedDomainArgs {
  /** The domain or subdomain that is to send. Any case, one final dot and internationalised names are accepted and stored as lower-case A-labels. Another domain replaces the resource. */
  domain: Input<string>;
  /** One SES identity for each region and account. Default: one, in the stack's `aws:region`. */
  identities?: Input<readonly Input<IdentityArgs>[] | undefined>;
  /** The host of the domain's zone; a list where two hosts serve one zone: each is written, each is waited for. */
  dns: Input<DnsArgs> | Input<readonly Input<DnsArgs>[]>;
  /**
   * Under which name the values go. `underscore`: all at `_amazonses.<domain>`. `apex`: all at the domain itself, as
   * `amazonses:TOKEN`, in addition to what is there. `split`: the first identity's at `_amazonses`, the second's at the domain.
   * `auto` (default): the first of these that the DNS host can hold.
   */
  placement?: Input<Placement | undefined>;
  /** Seconds, 0 to 2147483647 (Cloudflare: 1 for automatic, or 30 to 86400). Default 300. A record set that exists keeps its own. */
  ttl?: Input<number | undefined>;
  /**
   * What `up` waits for. `ready` (default), or true: all that is asked for is in place, also DKIM and MAIL FROM. `verified`: the
   * verification alone. false: nothing, and Pending is a healthy state. All outputs resolve together, once the wait ends.
   */
  wait?: Input<boolean | Exclude<Wait, false> | undefined>;
  /** How long `up` waits: `90s`, `45m`, `1h30m`; at most `168h`. Default `45m`. */
  timeout?: Input<string | undefined>;
  /** An identity that was there before: `keep` (default) uses it, and leaves it and its value on destroy; `own` takes it over; `refuse` fails. */
  adopt?: Input<Adoption | undefined>;
  /** Whether `up` may ask SES again after a failure or a revocation: `auto` (default) or `never`. */
  restart?: Input<Restart | undefined>;
  /** How DNS is read. */
  dnsCheck?: Input<DnsCheckArgs | undefined>;
  /** `live` (default): a preview looks at SES and DNS, and what cannot be learned is a warning. `strict`: it fails the preview. `off`: it does not look. */
  previewCheck?: Input<PreviewCheck | undefined>;
  /**
   * Whether SES signs mail for the domain (Easy DKIM). true: the records are published and watched. An object says more. `keep`: what
   * is there is watched, and nothing is changed. Default false: nothing of it is looked at.
   */
  dkim?: Input<boolean | "keep" | DkimArgs | undefined>;
  /**
   * A MAIL FROM domain of the domain's own, so that SPF aligns. The label in front of the domain, such as `bounce`, or an object.
   * With several identities each has a name of its own: `bounce-eu-west-1`. Default false: SES's own, or what is set there, stays.
   */
  mailFrom?: Input<false | string | MailFromArgs | undefined>;
  /** `check` (default): with `dkim` or `mailFrom` on, a DMARC record is looked for, and its absence is a warning. An object: it is written where there is none. false: it is not looked for. */
  dmarc?: Input<false | "check" | DmarcArgs | undefined>;
  /** The configuration set that SES uses for the domain's mail where a mail names none: up to 64 letters, digits, `-` and `_`. It has to be there. Left out, it stays as it is. */
  configurationSet?: Input<string | undefined>;
  /** Whether SES forwards bounces and complaints by mail. Left out, it stays as it is. */
  feedbackForwarding?: Input<boolean | undefined>;
}

/** The arguments of a `DomainIdentity`: those of a `VerifiedDomain` that concern SES. Its records are yours to publish. */
export type DomainIdentityArgs = Pick<
  VerifiedDomainArgs,
  | "domain"
  | "identities"
  | "placement"
  | "ttl"
  | "adopt"
  | "restart"
  | "previewCheck"
  | "dkim"
  | "mailFrom"
  | "dmarc"
  | "configurationSet"
  | "feedbackForwarding"
>;

/** A record set that every name server has to serve: as a `DomainIdentity` outputs it, or written by hand. */
export interface AwaitedRecord {
  /** The name that is to hold the values, without a final dot. */
  readonly name: string;
  /** Default `TXT`. */
  readonly type?: RecordOutput["type"];
  /** Seconds. */
  readonly ttl?: number;
  /** As in `RecordOutput`. */
  readonly values: readonly string[];
  /** Default: by its type and values. */
  readonly purpose?: RecordOutput["purpose"];
  /** The name of the identity that it is for, where it is for one. */
  readonly identity?: string;
  /** Says nothing here. */
  readonly owned?: boolean;
}

/** What a `DomainVerification` needs to know of a domain. A `DomainIdentity` has all of it. */
export interface AwaitedDomain {
  /** The domain, as the `DomainIdentity` outputs it. */
  domain: Input<string>;
  /** Which identities, and by which credentials SES is asked. */
  identities: Input<readonly Input<IdentityArgs>[]>;
  /** Which identities SES has to say Success for. */
  verifications: Input<readonly VerificationOutput[]>;
  /** What every name server has to serve. */
  records: Input<readonly AwaitedRecord[]>;
}

/** The arguments of a `DomainVerification`. */
export interface DomainVerificationArgs extends Pick<VerifiedDomainArgs, "timeout" | "dnsCheck" | "previewCheck"> {
  /** One domain or many: one resource waits for all of them at once. */
  of: AwaitedDomain | readonly AwaitedDomain[];
}

/** The arguments of a `VerifiedEmailAddress`. */
export interface VerifiedEmailAddressArgs
  extends Pick<VerifiedDomainArgs, "adopt" | "timeout" | "dnsCheck" | "previewCheck"> {
  /** One bare address, `user@example.com`. SES tells upper from lower case before the "@"; the domain is stored in lower case. Another address replaces the resource. */
  address: Input<string>;
  /** One SES identity for each region and account. Default: one, in the stack's `aws:region`. */
  identities?: Input<readonly Input<AddressIdentityArgs>[] | undefined>;
  /** Whether `up` returns only once the link has been followed. Default false: a person has to. */
  wait?: Input<boolean | undefined>;
  /** Any text. Another one than at the last mail has SES send it again, unless the address is confirmed by then. */
  resendTrigger?: Input<string | undefined>;
}
