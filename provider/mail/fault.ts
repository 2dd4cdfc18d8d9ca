import type { Fqdn } from "../core/fqdn";
import type { Span } from "./span";

/** The findings that this folder gives the evidence for. */
type MailCode =
  | "spf-missing"
  | "spf-several"
  | "spf-without-ses"
  | "spf-no-all"
  | "spf-too-many-lookups"
  | "spf-syntax"
  | "spf-at-domain-useless"
  | "dmarc-missing"
  | "dmarc-several"
  | "dmarc-syntax"
  | "dmarc-misplaced"
  | "dmarc-none"
  | "dmarc-inherited"
  | "dmarc-walk-differs"
  | "dmarc-obsolete-tags"
  | "dmarc-report-unauthorised"
  | "dmarc-strict-spf"
  | "dmarc-strict-dkim"
  | "dmarc-weakened"
  | "not-aligned";

/** One fault as data. Its texts are those of others: they are clipped where they are shown. */
export interface MailFault {
  readonly code: MailCode;
  /** Which of the code's cases it is. */
  readonly reason: string;
  /** Of `dmarc-syntax`. `older`: valid by RFC 9989, and not by RFC 7489, which receivers may still follow. */
  readonly level?: "older" | undefined;
  /** The name in DNS that it is about. */
  readonly name: Fqdn;
  /** The value that was seen there. */
  readonly text?: string | undefined;
  /** Where in the value. */
  readonly span?: Span | undefined;
  /** Further names, the nearest first: the chain of includes, the name to publish at. */
  readonly names?: readonly string[] | undefined;
}
