import { child, type Fqdn } from "../../core/fqdn";
import { type LookTxt, lookOnce } from "../seen";
import { type Climb, climb, type PolicyLook, policyLook } from "./climb";
import { listedOrganization, policyName, walkedDomains } from "./names";
import type { DmarcRecord } from "./record";

/**
 * Which record applies to mail from a domain. `own`: its own. `organization`: that of its organisational domain. `public-suffix`:
 * that of the public suffix, since its organisational domain has none. `several`: RFC 7489 ends at several records.
 */
export type Applied =
  | {
      readonly kind: "found";
      readonly at: Fqdn;
      readonly record: DmarcRecord;
      readonly relation: "own" | "organization" | "public-suffix";
    }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly at: Fqdn }
  | { readonly kind: "unknown"; readonly domains: readonly Fqdn[] };

/** What one of the two ways finds. `subdomains`: for a subdomain of the domain without a record of its own. */
interface WayFound {
  readonly applied: Applied;
  readonly subdomains: Applied;
  readonly organization: Fqdn | undefined;
}

export interface DmarcDiscovery {
  readonly domain: Fqdn;
  /** What is at the domain's own policy name. */
  readonly own: PolicyLook;
  readonly looks: readonly PolicyLook[];
  /** By the tree walk of RFC 9989. */
  readonly walk: WayFound;
  /** By the public suffix list, as in RFC 7489. */
  readonly list: WayFound;
}

/** Looks at policy names, each once. */
export interface PolicyLooks {
  at(domain: Fqdn): Promise<PolicyLook>;
}

export function openPolicyLooks(look: LookTxt): PolicyLooks {
  const once = lookOnce(look);
  return {
    async at(domain) {
      const name = policyName(domain);
      return policyLook(domain, name === undefined ? { kind: "absent" } : await once(name));
    },
  };
}

/** Finds the policy of a domain in both ways, from the same looks: nine names at most. */
export async function discoverDmarc(domain: Fqdn, looks: PolicyLooks): Promise<DmarcDiscovery> {
  const names = [...new Set([...walkedDomains(domain), listedOrganization(domain)])];
  return discoverIn(domain, await Promise.all(names.map((name) => looks.at(name))));
}

/** The same from looks at all of these names. Pure. */
export function discoverIn(domain: Fqdn, looks: readonly PolicyLook[]): DmarcDiscovery {
  const byDomain = new Map(looks.map((one) => [one.domain, one]));
  const at = (name: Fqdn): PolicyLook => byDomain.get(name) ?? policyLook(name, { kind: "absent" });
  const organization = listedOrganization(domain);
  // Any subdomain: a walk from it asks no further names.
  const subdomain = child("x", domain);
  const own = climb(domain, at);
  return {
    domain,
    own: at(domain),
    looks,
    walk: {
      applied: appliedByWalk(domain, at(domain), own),
      subdomains: appliedByWalk(subdomain, at(subdomain), climb(subdomain, at)),
      organization: own.organization,
    },
    list: {
      applied: appliedByList(at(domain), at(organization)),
      subdomains: appliedByList(at(subdomain), at(listedOrganization(subdomain))),
      organization,
    },
  };
}

/** The organisational domain by a tree walk; undefined where a name was not seen. */
export async function walkedOrganization(domain: Fqdn, looks: PolicyLooks): Promise<Fqdn | undefined> {
  const seen = new Map(
    (await Promise.all(walkedDomains(domain).map((one) => looks.at(one)))).map((one) => [one.domain, one]),
  );
  return climb(domain, (name) => seen.get(name) ?? policyLook(name, { kind: "unknown" })).organization;
}

/** RFC 9989 section 4.10.1. */
function appliedByWalk(domain: Fqdn, own: PolicyLook, { found, publicSuffix, organization, unknown }: Climb): Applied {
  if (own.record !== undefined) return { kind: "found", at: domain, record: own.record, relation: "own" };
  if (organization === undefined) return { kind: "unknown", domains: unknown };
  const organizational = found.find((one) => one.domain === organization);
  if (organizational !== undefined) {
    return { kind: "found", at: organization, record: organizational.record, relation: "organization" };
  }
  if (publicSuffix === undefined) return { kind: "none" };
  return { kind: "found", at: publicSuffix.domain, record: publicSuffix.record, relation: "public-suffix" };
}

/** RFC 7489 section 6.6.3. */
function appliedByList(own: PolicyLook, organization: PolicyLook): Applied {
  for (const [look, relation] of [
    [own, "own"],
    [organization, "organization"],
  ] as const) {
    if (look.kind === "unknown") return { kind: "unknown", domains: [look.domain] };
    if (look.kind === "several") return { kind: "several", at: look.domain };
    if (look.record !== undefined) return { kind: "found", at: look.domain, record: look.record, relation };
  }
  return { kind: "none" };
}
