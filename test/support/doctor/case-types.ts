import type { DnsFault, HttpFault, HttpMatch, ZoneInit } from "../../../emulator";
import type { RecordSet } from "../../../emulator/records";
import type { DoctorOptions } from "../../../provider/cli/doctor/options";
import type { Finding, HeldSet, Observations } from "../../../provider/diagnosis/finding";
import type { VerificationStatus } from "../../../provider/ses/port";
import type { Signing } from "../servers/nameserver";

export type Ground =
  | "emulator"
  | "bind"
  | "knot"
  | "nsd"
  | "powerdns"
  | "unbound"
  | "knot+bind"
  | "nsd+powerdns"
  | "knot+unbound";

/** What the second of two real servers does otherwise than the first. */
export interface SecondServer {
  readonly is?: "stopped" | "without the zone" | "a resolver";
  readonly sets?: readonly RecordSet[];
  readonly serial?: number;
  /** The names in its NS records. */
  readonly servers?: readonly string[];
}

interface Expectation {
  readonly about: string;
  /** The code that has to be named; null: nothing may be said. */
  readonly expect: string | null;
  /** Other codes that may be named. */
  readonly also?: readonly string[];
  /** The code of the root cause, which has to come first. Default: `expect`. */
  readonly root?: string;
}

/** Arguments of a `VerifiedDomain` that are refused before anything is asked. */
export interface ArgumentsCase extends Expectation {
  readonly arguments: object;
}

/** What SES says of the identities and the account, in a case of DKIM, MAIL FROM, SPF and DMARC. */
type SesSays = Pick<Observations, "identities" | "accounts" | "addresses" | "verificationOnly" | "declared">;

/**
 * What DNS has to hold so that a domain is ready to send. The findings about that are made from it by `diagnose`, from what the
 * case's servers answer and what SES says here.
 */
export interface CaseSending {
  /** CNAMEs at `TOKEN._domainkey.DOMAIN`, to `TOKEN.ZONE`; `identity` is a region. `former`: tokens that SES named before. */
  readonly dkim?: readonly {
    readonly identity: string;
    readonly tokens: readonly string[];
    readonly zone: string;
    readonly former?: readonly string[];
  }[];
  /** `mx`: "10 feedback-smtp.us-east-1.amazonses.com". `spf`: the record that is wanted there; without, SPF is not looked at. */
  readonly mailFrom?: readonly {
    readonly identity: string;
    readonly name: string;
    readonly mx: string;
    readonly spf?: string;
  }[];
  /** DMARC is looked at. With a text: a value that is wanted where there is no record. */
  readonly dmarc?: boolean | string;
  readonly ses?: Partial<SesSays>;
  /** What the DNS host says it holds. */
  readonly held?: readonly HeldSet[];
  readonly withoutUnderscores?: Observations["withoutUnderscores"];
}

/** One JSON file in test/zones. */
export type ProblemCase = WorldCase | ArgumentsCase;

/**
 * A world and what the doctor has to say of it. In values, `{A}`, `{B}` and `{C}` are tokens
 * of SES, `{A:lower}` and others damaged copies. TXT values are plain text, one string or several of 255 octets.
 */
export interface WorldCase extends Expectation {
  readonly domain: string;
  /** The doctor is asked about this address instead of the domain; the identities are of it unless they are `named`. */
  readonly address?: string;
  /** Where the delegated zones are served. Default: the emulator only. */
  readonly on?: readonly Ground[];
  readonly identities: readonly CaseIdentity[];
  readonly zones: readonly ZoneInit[];
  /** The case is about these records instead: `identities` is empty. */
  readonly sending?: CaseSending;
  /** On a ground of two programs. */
  readonly second?: SecondServer;
  /** The names in the first zone's NS records. */
  readonly ownServers?: readonly string[];
  /** The first identity's token and so many others, as multivalue record sets at `_amazonses`. */
  readonly crowd?: number;
  /** At a server by its name, or by its place among those that the first zone is delegated to, or at "every" one of those. */
  readonly faults?: readonly { readonly at: string | number; readonly fault: DnsFault }[];
  readonly http?: readonly { readonly match: HttpMatch; readonly fault: HttpFault }[];
  /** After SES has looked and the faults are on: what is put into the first zone, and the TXT sets that go. */
  readonly then?: readonly RecordSet[];
  readonly remove?: readonly string[];
  readonly ask?: Partial<DoctorOptions>;
  readonly env?: Readonly<Record<string, string>>;
  /** How the first zone is signed, on real servers; the validator then holds its key. */
  readonly signed?: Signing;
  /** A real validating resolver that holds a DS record of the domain; "https": asked over HTTPS, instead of the servers. */
  readonly validator?: boolean | "https";
  /** The name that the validating resolver holds a DS record of instead. */
  readonly anchor?: string;
}

interface CaseIdentity {
  readonly region: string;
  /** Default: what the doctor is asked about. */
  readonly named?: string;
  readonly status: VerificationStatus;
  readonly token?: string;
  readonly dkimOnly?: boolean;
  /** SES looks once; then its status is forced to this. */
  readonly looked?: boolean;
  readonly then?: VerificationStatus;
  /** The doctor is asked about a stack, whose state says that SES was asked again that often in a row. */
  readonly restarts?: number;
  /** A token is asked for, without any other effect. */
  readonly asked?: boolean;
}

export interface Diagnosed {
  readonly name: string;
  readonly ground: Ground;
  readonly expect: string | null;
  /** The codes that were named. */
  readonly codes: readonly string[];
  readonly named: boolean;
  /** Codes that have no business there. */
  readonly wrong: readonly string[];
  /** Whether the first finding is the root cause; nothing is the root cause of what is healthy. */
  readonly firstIsRoot: boolean;
  /** Pairs that were told of the same identities, and of which the catalogue lets one exclude the other: "one, another". */
  readonly contradictions: readonly string[];
  readonly exitCode: number;
  /** DNS questions that were sent, and how long it took. */
  readonly questions: number;
  readonly seconds: number;
  readonly views: OtherViews | undefined;
}

/** What a program sees of the same world, without changing it: the codes in their order. */
export interface OtherViews {
  readonly preview: readonly string[];
  /** The steps of the preview's plan. */
  readonly steps: readonly string[];
  /** What the error says that ends a wait; undefined where the wait saw the domain verified. */
  readonly wait: readonly string[] | undefined;
}

/** What the doctor said: the findings of each subject, in their order. */
export interface Told {
  readonly subjects: readonly (readonly Pick<Finding, "code" | "identities">[])[];
  readonly exitCode: number;
  readonly questions: number;
  readonly seconds: number;
  readonly views?: OtherViews | undefined;
}
