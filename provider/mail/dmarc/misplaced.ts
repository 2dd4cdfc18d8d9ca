import { child, type Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import type { TxtSeen } from "../seen";
import type { PolicyLook } from "./climb";
import { policyName } from "./names";
import { selectDmarc } from "./select";

const LONGEST_NAME = 253;

/** Where a policy record ends up by mistake. `reason` is that of `dmarc-misplaced`. */
export interface MisplacedName {
  readonly name: Fqdn;
  readonly reason: "at-domain" | "name-doubled" | "no-underscore" | "label-doubled" | "at-domainkey";
}

/** The names to be asked where a domain has no policy record. The domain itself comes first. */
export function misplacedNames(domain: Fqdn): readonly MisplacedName[] {
  const names: readonly MisplacedName[] = [
    { name: domain, reason: "at-domain" },
    { name: child("_dmarc", child(domain, domain)), reason: "name-doubled" },
    { name: child("dmarc", domain), reason: "no-underscore" },
    { name: child("_dmarc", child("_dmarc", domain)), reason: "label-doubled" },
    { name: child("_dmarc", child("_domainkey", domain)), reason: "at-domainkey" },
  ];
  return names.filter(({ name }) => name.length <= LONGEST_NAME);
}

/** The policy records at one of these names. One for the domain's own name, where it has none, is told, too. */
export function misplacedRecords(domain: Fqdn, { name, reason }: MisplacedName, seen: TxtSeen): readonly MailFault[] {
  if (seen.kind !== "values") return [];
  const right = policyName(domain);
  return selectDmarc(seen.values).records.map(
    (text): MailFault => ({ code: "dmarc-misplaced", reason, name, text, names: right === undefined ? [] : [right] }),
  );
}

/** SPF records at the policy name: they belong to the domain, or its name was appended twice. */
export function spfAtPolicyName({ domain, selection }: PolicyLook): readonly MailFault[] {
  const name = policyName(domain);
  if (name === undefined) return [];
  return selection.spf.map(
    (text): MailFault => ({ code: "dmarc-misplaced", reason: "spf-at-dmarc", name, text, names: [domain] }),
  );
}
