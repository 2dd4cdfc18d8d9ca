import type { SerialSeen, ServerFault, Sighting } from "../authority/authority";
import type { DkimKeys } from "../authority/dkim-keys";
import type { MailRoute } from "../authority/mail";
import type { EmailAddress } from "../core/address";
import type { Fqdn } from "../core/fqdn";
import type { DnsKind } from "../dns/backend";
import type { RecordType } from "../dns/record";
import type { Requirement } from "../dns/requirement";
import type { DmarcInspection } from "../mail/dmarc/inspect";
import type { SpfVerdict } from "../mail/spf/judge";
import type { OnMxFailure, SendingAccount, VerificationInfo, VerificationStatus } from "../ses/port";

/** One SES identity as it was seen. `unknown`: the question failed, for the reason in `unknownBecause`. */
export interface IdentitySeen {
  readonly name: string;
  readonly region: string;
  readonly accountId: string | undefined;
  readonly status: VerificationStatus | "absent" | "unknown";
  readonly unknownBecause?: string | undefined;
  /** The SesError's code, where there was one. */
  readonly unknownCode?: string | undefined;
  /** What the error says to do; the end of `unknownBecause`. */
  readonly unknownHint?: string | undefined;
  readonly info?: VerificationInfo | undefined;
  /** Whether DKIM is verified for it: then Success holds without the TXT record. Left out where it was not asked. */
  readonly dkimVerified?: boolean | undefined;
  /** SES holds no token for it, since it was made for DKIM only. Left out where it was not asked. */
  readonly tokenless?: boolean | undefined;
  /** The verified parent domain, there and in the same account: mail can be sent without an identity of its own. */
  readonly coveredBy?: Fqdn | undefined;
  /** Whether it was verified the last time `up` looked: Failed then means revoked. */
  readonly verifiedBefore: boolean;
  /** An earlier run waited for it, and its end is not known: that it was verified is likely, and was not seen. */
  readonly awaitedBefore?: boolean;
  /** How often in a row we asked SES again, without its being verified since. Times in ms since the epoch. */
  readonly askedAgain?: AskedAgain | undefined;
  /** Left out where it was not asked. */
  readonly dkim?: DkimSeen | undefined;
  /** Left out where it was not asked. */
  readonly mailFrom?: MailFromSeen | undefined;
}

/** SES's status of an identity's DKIM. */
export interface DkimSeen {
  /** `absent`: SES has no such identity. `unknown`: the question failed. */
  readonly status: VerificationStatus | "absent" | "unknown";
  readonly unknownBecause?: string | undefined;
  readonly signing?: boolean | undefined;
  readonly tokens?: readonly string[] | undefined;
  /** The rest only where GetEmailIdentity was asked. `AWS_SES`, `EXTERNAL`, `AWS_SES_REGION`, or what SES says else. */
  readonly origin?: string | undefined;
  readonly zone?: Fqdn | undefined;
  readonly keyLength?: number | undefined;
  readonly keyMadeMs?: number | undefined;
  /** What the program asks for; undefined where no program does. */
  readonly wanted?: { readonly signing: boolean } | "keep" | undefined;
  /** Whether the last `up` saw it succeed: Failed then means revoked. */
  readonly readyBefore: boolean;
  /** When `up` saw it ready, in ms since the epoch, where that is known. */
  readonly readyAtMs?: number | undefined;
}

/** SES's status of an identity's MAIL FROM domain. */
export interface MailFromSeen {
  /** `none`: no MAIL FROM domain is set. */
  readonly status: VerificationStatus | "none" | "absent" | "unknown";
  readonly unknownBecause?: string | undefined;
  readonly domain?: Fqdn | undefined;
  readonly onMxFailure?: OnMxFailure | undefined;
  /** What the program asks for; undefined where no program does. */
  readonly wanted?: { readonly domain: Fqdn; readonly onMxFailure: OnMxFailure } | undefined;
  readonly readyBefore: boolean;
}

/** SPF at an identity's MAIL FROM domain. */
export interface SpfSeen {
  readonly identity: string;
  readonly name: Fqdn;
  /** Undefined where the name could not be read. */
  readonly verdict: SpfVerdict | undefined;
}

/** What SES says of sending in one region of an account. */
export interface AccountSeen extends SendingAccount {
  readonly region: string;
  readonly accountId: string | undefined;
}

export interface AskedAgain {
  readonly restarts: number;
  readonly lastMs: number;
  /** Whether SES gave another token the last time. */
  readonly tokenChanged?: boolean | undefined;
  /** Until then it is not asked again. */
  readonly heldUntilMs?: number | undefined;
}

/** The zone a host holds, and whom it names as its servers. */
export interface WrittenZone {
  readonly kind: DnsKind;
  readonly zone: Fqdn;
  readonly servers: readonly string[];
  /** A private zone, which the public cannot see. */
  readonly private?: boolean | undefined;
}

/** Records of one type that a DNS host says it holds at a name, whatever DNS shows. `values` in words of the host. */
export interface HeldSet {
  readonly kind: DnsKind;
  readonly name: Fqdn;
  /** "CNAME", "TXT", "A", "ALIAS", … */
  readonly type: string;
  readonly values: readonly string[];
  /** The host answers in the record's place: it is proxied or flattened. */
  readonly replaced?: boolean | undefined;
}

/** Whether an identity's DKIM key is published where its records lead. `identity` is its name in the program. */
export interface KeysSeen extends DkimKeys {
  readonly identity: string;
}

export type { SerialSeen };

/** All that was seen of one domain at one moment: the only input of `diagnose`. */
export interface Observations {
  readonly domain: Fqdn;
  readonly identities: readonly IdentitySeen[];
  readonly expected: readonly Requirement[];
  /** Of every name and type in `expected`. */
  readonly sightings: readonly Sighting[];
  /** A second look, right after the first, at names where the servers may answer with a choice of values. */
  readonly again?: readonly Sighting[] | undefined;
  /** False: no program declares the domain, so that fixes are for a person who types commands. Default true. */
  readonly declared?: boolean | undefined;
  /** True: the program writes to no host, since another tool owns the record set. */
  readonly withoutHost?: boolean | undefined;
  /** True: the doctor reports it, so that no fix tells to run the doctor. */
  readonly inDoctor?: boolean | undefined;
  /** When it was seen, in ms since the epoch. */
  readonly atMs?: number | undefined;
  /** Of the names in `probeNames` and `misplacedNames`, where values end up by mistake; empty while nothing is missing. */
  readonly probes: readonly Sighting[];
  /** Whether some of these were not read because the domain's allowance of questions is used up. */
  readonly probesCut?: boolean | undefined;
  /** Names that could not be read at all. `code` is the AuthorityError's. */
  readonly unread: readonly { readonly name: Fqdn; readonly code: string; readonly message: string }[];
  readonly written: readonly WrittenZone[];
  readonly serials?: readonly SerialSeen[] | undefined;
  readonly faults?: readonly ServerFault[] | undefined;
  /** What a validating resolver says of the name: `bogus` where it answers only with checking disabled (RFC 4035 section 3.2.2). */
  readonly dnssec?: { readonly resolver: string; readonly state: "secure" | "insecure" | "bogus" } | undefined;
  /** Records of DKIM tokens that SES no longer names. Their names are among `probes`. */
  readonly former?: readonly Requirement[] | undefined;
  /** At names of `expected`, where something else than the record is seen. */
  readonly held?: readonly HeldSet[] | undefined;
  readonly keys?: readonly KeysSeen[] | undefined;
  /** Hosts of the program that accept no names with underscores. */
  readonly withoutUnderscores?: readonly DnsKind[] | undefined;
  readonly spf?: readonly SpfSeen[] | undefined;
  /** Left out where it was not looked for. */
  readonly dmarc?: DmarcInspection | undefined;
  /** A record that `up` would write, where it is weaker than what holds now. */
  readonly dmarcWeaker?: { readonly wish: string; readonly name: Fqdn; readonly text: string } | undefined;
  /** What SES says of the accounts, one a region. */
  readonly accounts?: readonly AccountSeen[] | undefined;
  /** Addresses of the domain that are identities of their own, with their own DKIM and MAIL FROM settings. */
  readonly addresses?: readonly { readonly address: EmailAddress; readonly region: string }[] | undefined;
  /** True: the program asks neither for DKIM nor for MAIL FROM. */
  readonly verificationOnly?: boolean | undefined;
  /** The domain's identities in regions that were not asked for. */
  readonly elsewhere?: readonly { readonly region: string; readonly status: VerificationStatus }[] | undefined;
}

/** One SES identity of a single address. */
export interface AddressIdentitySeen extends IdentitySeen {
  /** Addresses of the account and region that are a slip of the finger away. */
  readonly alike?: readonly { readonly address: EmailAddress; readonly status: VerificationStatus }[] | undefined;
}

/** All that was seen of one address at one moment: the only input of `diagnoseAddress`. */
export interface AddressObservations {
  readonly address: EmailAddress;
  readonly identities: readonly AddressIdentitySeen[];
  /** As in `Observations`. */
  readonly declared?: boolean | undefined;
  readonly inDoctor?: boolean | undefined;
  /** Undefined where it could not be learned, or was not asked because all is well. */
  readonly mail: MailRoute | undefined;
  /** The domain that was probably meant. */
  readonly meant: Fqdn | undefined;
}

/** `error`: mail stops or never starts. `warning`: it holds, but not for sure. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** A record as a person publishes it. `value`: of TXT the text, of others the data as a zone file has it. */
export interface RecordToPublish {
  readonly name: string;
  readonly type: RecordType;
  readonly value: string;
}

export interface Finding {
  /** Stable, kebab-case: also the name of its page in docs/problems. */
  readonly code: string;
  readonly severity: Severity;
  /** What was seen and where: server, name, value, region. One or two sentences. */
  readonly seen: string;
  readonly why: string;
  readonly fix: string;
  /** The records that the fix says to publish. Left out where it names none. */
  readonly records?: readonly RecordToPublish[] | undefined;
  /** The fix around the place where it names these records. */
  readonly fixParts?: readonly string[] | undefined;
  /** A line for the shell that shows it. */
  readonly command: string | undefined;
  /** The identities (by name) that it keeps from being verified; empty where it concerns the domain. */
  readonly identities: readonly string[];
}
