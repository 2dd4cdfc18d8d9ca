import type { Fqdn } from "../../core/fqdn";
import type { Span } from "../span";

/** RFC 9989 section 4.7, from the weakest. */
export const POLICIES = ["none", "quarantine", "reject"] as const;
export type Policy = (typeof POLICIES)[number];

/** The value of "p", "sp" or "np": `missing`: there is no such tag; `invalid`: it has another value. */
export type PolicyTag = Policy | "missing" | "invalid";

/** `r`: relaxed, `s`: strict. */
export type AlignmentMode = "r" | "s";

/** `obsolete`: of RFC 7489, and removed by RFC 9989. `unknown` ones are ignored (section 4.7). */
export interface DmarcTag {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  readonly known: "current" | "obsolete" | "unknown";
  readonly span: Span;
  readonly valueSpan: Span;
}

/** One destination of reports. */
export interface ReportUri {
  readonly text: string;
  readonly span: Span;
  /** In lower case: receivers send to `mailto` alone. */
  readonly scheme: string;
  /** The part after the "@", or the authority's host. Undefined where it is no host name. */
  readonly host: Fqdn | undefined;
  /** In octets: the limit of RFC 7489, which RFC 9989 ignores. */
  readonly limit?: number | undefined;
}

type DmarcFaultReason =
  | "version"
  | "too-long"
  | "character"
  | "tag-name"
  | "tag-without-value"
  | "empty-tag"
  | "duplicate-tag"
  | "policy"
  | "value"
  | "uri"
  | "policy-missing"
  | "policy-not-second"
  | "obsolete-tag"
  | "unknown-tag"
  | "size-limit"
  | "uri-scheme"
  | "uri-many"
  | "fo-contradicts";

/**
 * `error`: receivers ignore it, or the whole record. `older`: fine by RFC 9989, and not by RFC 7489. `note`: without effect.
 */
export interface DmarcFault {
  readonly reason: DmarcFaultReason;
  readonly level: "error" | "older" | "note";
  readonly tag?: string | undefined;
  readonly span: Span;
}

/** One DMARC policy record, with the defaults of what it leaves out. */
export interface DmarcRecord {
  readonly text: string;
  readonly tags: readonly DmarcTag[];
  readonly p: PolicyTag;
  readonly sp: PolicyTag;
  readonly np: PolicyTag;
  /** Whether the domain is a public suffix (`y`), an organisational domain (`n`), or neither is said (`u`). */
  readonly psd: "y" | "n" | "u";
  /** t=y: each policy is to be applied one level lower. */
  readonly testing: boolean;
  readonly adkim: AlignmentMode;
  readonly aspf: AlignmentMode;
  /** Percent of the mail that RFC 7489 applies the policy to. */
  readonly pct: number;
  readonly rua: readonly ReportUri[];
  readonly ruf: readonly ReportUri[];
  readonly faults: readonly DmarcFault[];
}

export function isPolicy(text: string): text is Policy {
  return POLICIES.some((policy) => policy === text);
}
