import { child, type Fqdn } from "../../core/fqdn";
import { type Requirement, required } from "../../dns/requirement";

const NO_IDENTITY = { identity: "", arn: undefined, purpose: "dmarc" } as const;

/** Where a domain's DMARC record is (RFC 9989 section 4.5; RFC 7489 section 6.1). */
export function dmarcName(domain: Fqdn): Fqdn {
  return child("_dmarc", domain);
}

export function dmarcRecord(domain: Fqdn, text: string, ttl: number): Requirement {
  return required({ type: "TXT", name: dmarcName(domain), ttl, text }, NO_IDENTITY);
}

/** What is at a domain's DMARC name. `absent`: nothing, and nothing forbids the record that the program wants. */
export type DmarcStanding = { readonly kind: "absent" } | { readonly kind: "present"; readonly text: string };

/** The DMARC record that an earlier run wrote, and that is this resource's. */
export function ownDmarc(requirements: readonly Requirement[]): Requirement | undefined {
  return requirements.find(({ owner }) => owner.purpose === "dmarc");
}
