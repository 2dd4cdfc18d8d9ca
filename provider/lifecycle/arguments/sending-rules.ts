import { partitionOf } from "../../aws/region";
import { child, type Fqdn, isWithin } from "../../core/fqdn";
import { clip, quoted } from "../../core/text";
import { coded } from "../../diagnosis/catalogue";
import { listedOrganization } from "../../mail/dmarc/names";
import { SES_INCLUDES } from "../../mail/spf/ses";
import { isLabelMade, mailFromLabel } from "../sending/wish";
import { labelFault } from "./mail-from";
import { known, type Read } from "./read";
import type { CustomMailFrom, Failure, MaybeUnknown, PlannedArgs } from "./types";

type Asked = Pick<PlannedArgs, "domain" | "identities" | "mailFrom">;
type PlannedIdentity = Exclude<Exclude<Asked["identities"], string>[number], string>;

/** One identity's MAIL FROM domain, as far as it is known. */
interface Wanted {
  /** Where it is asked for: `mailFrom`, or `identities[1].mailFrom`. */
  readonly path: string;
  /** Where the identity may have one of its own. */
  readonly ownPath: string;
  readonly asked: MaybeUnknown<CustomMailFrom> & object;
  /** Undefined where it is not known yet. */
  readonly region: string | undefined;
  /** Undefined where a whole domain is given. */
  readonly label: string | undefined;
  readonly name: Fqdn | undefined;
}

export interface Judged {
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** The rules for the MAIL FROM domains of a program. What is not known yet is not judged; a stack's region may settle it. Pure. */
export function judgeMailFrom({ domain, identities, mailFrom }: Asked): Judged {
  if (!known(domain) || typeof identities === "string") return { failures: [], warnings: [] };
  const wanted = identities.flatMap((identity, index): Wanted[] =>
    typeof identity === "string" ? [] : (wantedOf(domain, identity, index, identities.length, mailFrom) ?? []),
  );
  const each = wanted.map((one) => judgeOne(domain, one));
  const failures = each.flatMap((one) => one.failures);
  return {
    failures: once(failures.length > 0 ? failures : twins(wanted)),
    warnings: [...new Set(each.flatMap((one) => one.warnings))],
  };
}

function wantedOf(
  domain: Fqdn,
  { name, region, mailFrom: own }: PlannedIdentity,
  index: number,
  count: number,
  shared: Asked["mailFrom"],
): Wanted[] {
  const asked = own ?? shared;
  if (typeof asked !== "object") return [];
  const ownPath = `identities[${index}].mailFrom`;
  const path = own === undefined ? "mailFrom" : ownPath;
  const label = asked.domain === undefined ? labelOf(asked.label, own !== undefined, name ?? region, count) : undefined;
  return [
    {
      path,
      ownPath: count > 1 ? ownPath : path,
      asked,
      region: known(region) ? region : undefined,
      label,
      name: known(asked.domain) ? asked.domain : label === undefined ? undefined : child(label, domain),
    },
  ];
}

function labelOf(label: Read<string>, isOwn: boolean, name: Read<string>, count: number): string | undefined {
  if (label !== undefined && !known(label)) return undefined;
  if (!isLabelMade(count, isOwn ? label : undefined)) return mailFromLabel(label);
  return known(name) ? mailFromLabel(label, name) : undefined;
}

function judgeOne(domain: Fqdn, { path, ownPath, asked, region, label, name }: Wanted): Judged {
  const failures: Failure[] = [];
  const warnings: string[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  const fault = label === undefined ? undefined : labelFault(label);
  if (fault !== undefined) {
    refuse(ownPath, `is made from the identity's name, and ${quoted(label ?? "")} ${IS_NO_LABEL}`);
  } else if (name !== undefined && name.length > LONGEST_NAME) {
    refuse(ownPath, `makes a name of ${name.length} characters, and DNS has at most ${LONGEST_NAME}; ${SHORTER}`);
  }
  if (known(asked.domain)) {
    const outside = outsideFault(asked.domain, domain);
    if (outside !== undefined) refuse(`${path}.domain`, outside);
    else if (!isWithin(asked.domain, domain)) {
      warnings.push(
        `${path}.domain is not below ${clip(domain)}. SES's documents differ on that, so it may refuse ${clip(asked.domain)}.`,
      );
    }
  }
  if (region !== undefined && SES_INCLUDES[partitionOf(region)] === undefined && asked.mx === undefined) {
    refuse(
      `${ownPath}.mx`,
      `is needed in ${region}: AWS's pages do not say what a MAIL FROM domain has there. Write the MX host that the SES console shows`,
    );
  }
  return { failures, warnings };
}

/** RFC 1035 section 2.3.4, as text. */
const LONGEST_NAME = 253;
const IS_NO_LABEL =
  "is no label of a name for mail (letters, digits and hyphens, at most 63); write a label of its own";
const SHORTER = "write a shorter label";

/** Amazon SES Developer Guide, "Using a custom MAIL FROM domain": a subdomain of the parent domain of a verified identity. */
function outsideFault(name: Fqdn, domain: Fqdn): string | undefined {
  const way = `write a name below ${quoted(domain)}, such as ${quoted(child("bounce", domain))}`;
  if (name === domain) return `is the domain itself, and bounces need a name of their own; ${way}`;
  const registered = listedOrganization(domain);
  if (name === registered) return `${quoted(name)} is the registered domain itself, whose mail it would take; ${way}`;
  return isWithin(name, registered) ? undefined : `${quoted(name)} is outside ${quoted(registered)}; ${way}`;
}

function twins(wanted: readonly Wanted[]): readonly Failure[] {
  return wanted.flatMap(({ path, ownPath, asked, name }, index) => {
    const first = name === undefined ? undefined : wanted.slice(0, index).find((other) => other.name === name);
    if (name === undefined || first === undefined) return [];
    const property = known(asked.domain) ? `${path}.domain` : ownPath;
    const both = path === first.path ? "is the same for several identities" : `is that of ${first.path} too`;
    const reason = `${quoted(name)} ${both}. SES takes one MX record there, so write one for each identity, in identities[].mailFrom`;
    return [{ property, reason }];
  });
}

/**
 * What no host of the program can hold, where one of them accepts no names with underscores. Empty where nothing of it is
 * asked for.
 */
export function judgeUnderscores({
  domain,
  identities,
  dkim: shared,
  dmarc,
}: Pick<PlannedArgs, "domain" | "identities" | "dkim" | "dmarc">): readonly Failure[] {
  const failures: Failure[] = [];
  for (const [index, identity] of typeof identities === "string" ? [] : identities.entries()) {
    const own = typeof identity === "string" ? identity : identity.dkim;
    if (typeof (own ?? shared) !== "object") continue;
    const reason = coded(
      "dkim-no-underscores",
      `the DNS host accepts no name with an underscore, and DKIM keys are at names below _domainkey.${clip(domain)}. Leave dkim out, or move the zone to a host that accepts them`,
    );
    failures.push({ property: own === undefined ? "dkim" : `identities[${index}].dkim`, reason });
  }
  if (typeof dmarc === "object") {
    const reason = `the DNS host accepts no name with an underscore, so _dmarc.${clip(domain)} cannot be written there. Write "check" or false, or move the zone to a host that accepts them`;
    failures.push({ property: "dmarc", reason });
  }
  return once(failures);
}

function once(failures: readonly Failure[]): readonly Failure[] {
  const same = (a: Failure, b: Failure) => a.property === b.property && a.reason === b.reason;
  return failures.filter((one, index) => failures.findIndex((other) => same(one, other)) === index);
}
