import type { Fqdn } from "../../core/fqdn";
import type { LookTxt } from "../seen";
import type { Qualifier } from "./record";

/** How many MX records, or addresses (A and AAAA), a name has; undefined where there was no definite answer. */
export type OtherLookup = (name: Fqdn, what: "MX" | "address") => Promise<number | undefined>;

export interface SpfLooks {
  readonly txt: LookTxt;
  /** For void look-ups of `a`, `mx` and `exists`, whose number stays open without it, and for too many MX records. */
  readonly other?: OtherLookup | undefined;
  /** The names whose include lets SES send, in lower case (`SES_INCLUDES`). */
  readonly sesNames: readonly string[];
}

/** A number; `complete` false: at least so many. */
export interface Counted {
  readonly count: number;
  readonly complete: boolean;
}

/**
 * Why an evaluation ends in a "permerror". `include-none`, `redirect-none`: there is no SPF record (RFC 7208 sections 5.2 and
 * 6.1). `included-several`, `included-syntax`: the same of the record there. `loop`: a record includes itself. `too-many-mx`: a name
 * of an `mx` has more than ten records (section 4.6.4).
 */
export interface EvaluationFault {
  readonly reason:
    | "too-many-lookups"
    | "too-many-voids"
    | "too-many-mx"
    | "loop"
    | "include-none"
    | "redirect-none"
    | "included-several"
    | "included-syntax";
  /** From the domain to the name that it is about. */
  readonly chain: readonly Fqdn[];
}

/** A part that could not be followed. `target`: as the record has it. */
export interface Unseen {
  readonly target: string;
  readonly why: "macros" | "not-askable" | "no-answer" | "too-many-names";
  readonly chain: readonly Fqdn[];
}

/** What an evaluation came by: SES's name, the same where a match is no pass, or a pass for every address. */
export interface Reached {
  readonly what: "ses" | "ses-not-passing" | "everyone";
  readonly chain: readonly Fqdn[];
  /** Until then, this term included: a receiver of mail from SES goes no further. */
  readonly lookups: Counted;
  readonly voids: Counted;
  readonly faults: number;
  readonly unseen: number;
}

/** What a receiver meets in a record and in all that it includes, where no term matches before the end. */
export interface Evaluation {
  readonly lookups: Counted;
  readonly voids: Counted;
  /** The `all` that ends it; `at` is the name of the record that has it. */
  readonly all:
    | { readonly kind: "all"; readonly qualifier: Qualifier; readonly at: Fqdn }
    | { readonly kind: "none" }
    | { readonly kind: "unknown" };
  readonly reached: readonly Reached[];
  readonly faults: readonly EvaluationFault[];
  readonly unseen: readonly Unseen[];
}
