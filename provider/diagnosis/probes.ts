import { getDomain } from "tldts";
import { child, type Fqdn, parentOf, parseFqdn } from "../core/fqdn";
import type { Code } from "./catalogue";

/** A label that does not exist: what answers there is a wildcard (RFC 4592). */
const WILDCARD_PROBE = "sesdomain-wildcard-probe";

/**
 * The names at which a value lands by mistake when it was meant for `expectedName`, the most frequent first: the
 * domain appended again, the domain itself, without the underscore, a level too high or too low; and one that only a
 * wildcard answers. At most twelve, none twice, never `expectedName` itself.
 */
export function probeNames(domain: Fqdn, expectedName: Fqdn): readonly Fqdn[] {
  const registrable = registrableOf(domain);
  const first = domain.split(".")[0] ?? "";
  const names: string[] = [
    `${expectedName}.${domain}`,
    `${expectedName}.${registrable}`,
    domain,
    child("_amazonses", domain),
    child("amazonses", domain),
    // The name entered without the last label: "_amazonses.example", to which the host appends "example.com".
    child("_amazonses", child(first, domain)),
    child("_amazonses", child("_amazonses", domain)),
    child("_amazonses", registrable),
    // Where a panel asks for a host first, people enter the one that they have.
    child("_amazonses", child("www", domain)),
    child("_amazonses", child("mail", domain)),
    ...(domain === registrable ? [] : [child("_amazonses", parentOf(domain))]),
    wildcardProbe(domain),
  ];
  return [...new Set(names)].flatMap((text) => {
    const parsed = parseFqdn(text);
    return "name" in parsed && parsed.name !== expectedName ? [parsed.name] : [];
  });
}

export function wildcardProbe(domain: Fqdn): Fqdn {
  return child(WILDCARD_PROBE, domain);
}

/** Which mistake puts a value that was meant for `expectedName` at `found`. */
export function mistakeAt(domain: Fqdn, expectedName: Fqdn, found: Fqdn): Code {
  if (found === domain) return "txt-at-domain";
  if (found === child("amazonses", domain)) return "txt-without-underscore";
  if (found.startsWith(`${expectedName}.`)) return "txt-name-doubled";
  return "txt-wrong-level";
}

/** The name that is registered, as far as the public suffix list tells; the domain where it tells nothing. */
function registrableOf(domain: Fqdn): Fqdn {
  const found = getDomain(domain, { allowPrivateDomains: true, validateHostname: false });
  return found === null ? domain : (found as Fqdn);
}
