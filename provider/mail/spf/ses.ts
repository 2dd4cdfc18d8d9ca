import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import type { TxtSeen } from "../seen";
import type { Evaluation, Reached } from "./evaluation";
import { parseSpf } from "./parse";
import type { Mechanism, SpfRecord } from "./record";
import { selectSpf } from "./select";

/**
 * The name that lets SES send, by AWS partition (Developer Guide, "Using a custom MAIL FROM domain"). AWS's pages do not
 * say which name the regions of China use: there the one in the record that is written counts.
 */
export const SES_INCLUDES: Readonly<Record<string, string | undefined>> = {
  aws: "amazonses.com",
  "aws-us-gov": "amazonses.com",
  "aws-cn": undefined,
};

/**
 * Whether a record lets SES send. `included`: by its own include, or through others' (`reached.chain`). `everyone`: by "+all".
 * `not-passing`: by an include whose qualifier is no pass. `after-all`: the include comes after "all", where no receiver reads it.
 * `unknown`: a part that could hold it was not seen.
 */
export type SesInclude =
  | { readonly kind: "included" | "everyone"; readonly reached: Reached }
  | { readonly kind: "not-passing" | "after-all"; readonly mechanism?: Mechanism | undefined }
  | { readonly kind: "absent" | "unknown" };

export function sesInclude(record: SpfRecord, evaluation: Evaluation, sesNames: readonly string[]): SesInclude {
  // In the order of evaluation: a receiver stops at the first one.
  const first = (what: Reached["what"]) => evaluation.reached.find((one) => one.what === what);
  const ses = first("ses");
  if (ses !== undefined) return { kind: "included", reached: ses };
  const everyone = first("everyone");
  if (everyone !== undefined) return { kind: "everyone", reached: everyone };
  if (evaluation.unseen.length > 0 || !evaluation.lookups.complete) return { kind: "unknown" };
  const own = ownIncludes(record, sesNames);
  if (first("ses-not-passing") !== undefined) return { kind: "not-passing", mechanism: own.at(0) };
  return own.length > 0 ? { kind: "after-all", mechanism: own.at(0) } : { kind: "absent" };
}

function ownIncludes({ terms }: SpfRecord, sesNames: readonly string[]): Mechanism[] {
  return terms.filter(
    (term): term is Mechanism =>
      term.kind === "mechanism" &&
      term.name === "include" &&
      term.domain?.name !== undefined &&
      sesNames.includes(term.domain.name),
  );
}

/**
 * The include of SES in the record at the domain itself. Receivers look at the MAIL FROM name (RFC 7208 section 2.4), which is
 * another one with SES. Empty where the domain is the MAIL FROM name.
 */
export function uselessSpf(
  domain: Fqdn,
  seen: TxtSeen,
  mailFrom: Fqdn | undefined,
  sesNames: readonly string[],
): readonly MailFault[] {
  if (seen.kind !== "values" || mailFrom === domain) return [];
  return selectSpf(seen.values).records.flatMap((text) =>
    ownIncludes(parseSpf(text), sesNames).map(
      ({ span }): MailFault => ({ code: "spf-at-domain-useless", reason: "include", name: domain, text, span }),
    ),
  );
}
