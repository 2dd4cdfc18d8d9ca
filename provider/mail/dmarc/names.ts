import { getDomain } from "tldts";
import { child, type Fqdn } from "../../core/fqdn";

/** A name of more labels is not asked label by label (RFC 9989 section 4.10). */
const LABELS_AT_MOST = 8;
const LONGEST_NAME = 253;

/** Where the policy record of a domain is. Undefined where the name would be too long for DNS: then there is none. */
export function policyName(domain: Fqdn): Fqdn | undefined {
  const name = child("_dmarc", domain);
  return name.length <= LONGEST_NAME ? name : undefined;
}

/** The domains whose records a tree walk asks for, the longest first: at most eight (RFC 9989 section 4.10, steps 1 to 7). */
export function walkedDomains(domain: Fqdn): readonly Fqdn[] {
  const labels = domain.split(".");
  const first = labels.length < LABELS_AT_MOST ? 1 : labels.length - (LABELS_AT_MOST - 1);
  const parents = labels.slice(first).map((_, index) => labels.slice(first + index).join(".") as Fqdn);
  return [domain, ...parents];
}

/** The domain one label below a parent of it: of `a.b.example.com` and `example.com` it is `b.example.com`. */
export function belowOn(domain: Fqdn, parent: Fqdn): Fqdn {
  const count = parent.split(".").length + 1;
  return domain.split(".").slice(-count).join(".") as Fqdn;
}

/**
 * The organisational domain of RFC 7489 section 3.2: one label below the public suffix. The whole list of publicsuffix.org counts, as with
 * the receivers that use it. A public suffix is its own.
 */
export function listedOrganization(domain: Fqdn): Fqdn {
  const found = getDomain(domain, { allowPrivateDomains: true, validateHostname: false });
  return found === null ? domain : (found as Fqdn);
}

/** The name that says whether `host` takes reports about `domain` (RFC 9990 section 4). Undefined where it is too long. */
export function reportName(domain: Fqdn, host: Fqdn): Fqdn | undefined {
  const name = child(domain, child("_report", child("_dmarc", host)));
  return name.length <= LONGEST_NAME ? name : undefined;
}
