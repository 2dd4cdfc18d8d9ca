import { getDomain } from "tldts";
import { child, type Fqdn, isWithin, parentOf } from "../core/fqdn";
import { fitsMessage } from "../wire/names";
import type { Code } from "./catalogue";
import { LABEL, misspeltLabels } from "./misspelt";

/** A label that does not exist: what answers there is a wildcard (RFC 4592). */
const WILDCARD_PROBE = "sesdomain-wildcard-probe";
/** Names that all servers of their zones are asked for. */
const PROBES_AT_MOST = 12;

/**
 * The names at which a value lands by mistake when it was meant for `expectedName`, the most frequent first: the
 * domain appended again, the domain itself, without the underscore, a level too high or too low; and one that only a
 * wildcard answers. At most twelve, none twice, never `expectedName` itself. They may be in several zones.
 */
export function probeNames(domain: Fqdn, expectedName: Fqdn): readonly Fqdn[] {
  return [...probes(domain, expectedName).slice(0, PROBES_AT_MOST - 1), wildcardProbe(domain)];
}

function probes(domain: Fqdn, expectedName: Fqdn): readonly Fqdn[] {
  const registrable = registrableOf(domain);
  const between = ancestorsBetween(domain, registrable);
  return distinct(
    [
      `${expectedName}.${domain}`,
      `${expectedName}.${registrable}`,
      domain,
      child(LABEL, domain),
      child("amazonses", domain),
      // The name entered without the last label: "_amazonses.example", to which the host appends "example.com".
      child(LABEL, child(firstLabel(domain), domain)),
      ...(domain === registrable ? [] : [child(LABEL, parentOf(domain)), child(LABEL, registrable)]),
      // A zone may begin at any level, and a host appends its name.
      ...between.flatMap((name) => [child(LABEL, name), `${expectedName}.${name}`]),
      child(LABEL, child(LABEL, domain)),
      // Where a panel asks for a host first, people enter the one that they have.
      child(LABEL, child("www", domain)),
      child(LABEL, child("mail", domain)),
    ],
    [expectedName],
  );
}

/**
 * Further names at which a value may have landed, in the zone of `domain`, the most likely first: escaped as in AWS's guide,
 * with labels the other way round, under another service's label, misspelt. Each is worth one question only.
 */
export function glanceNames(domain: Fqdn, expectedName: Fqdn, zone: Fqdn): readonly Fqdn[] {
  const all = probes(domain, expectedName);
  const asked = [expectedName, ...all.slice(0, PROBES_AT_MOST - 1), wildcardProbe(domain)];
  const first = firstLabel(domain);
  const relative = domain === zone ? "" : domain.slice(0, -zone.length - 1);
  const oneLabel = `${LABEL}.${domain}`.replace(/\./g, "\\.");
  return distinct(
    [
      ...all,
      // Without the underscore, and the domain appended again.
      `amazonses.${domain}.${domain}`,
      // The guide's source has "\_amazonses\.example\.com": with the backslashes, and as hosts read them.
      `\\${LABEL}.${domain}`,
      `${oneLabel}.${zone}`,
      `${oneLabel}.${domain}`,
      ...(relative === "" ? [] : [`${LABEL}\\.${relative.replace(/\./g, "\\.")}.${zone}`]),
      `\\${LABEL}\\\\.${domain.replace(/\./g, "\\\\.")}.${domain}`,
      `\\${LABEL}\\\\.${domain}`,
      // Labels the other way round, or under those of DKIM and DMARC.
      ...["mail", "www", first].map((label) => child(label, child(LABEL, domain))),
      child("amazonses", child("_domainkey", domain)),
      child(LABEL, child("_domainkey", domain)),
      child(LABEL, child("_dmarc", domain)),
      ...["_domainkey", "_dmarc", "www", "mail"].map((label) => child(label, domain)),
      ...misspeltLabels().map((label) => child(label, domain)),
    ].filter((name) => isWithin(name as Fqdn, zone)),
    asked,
  );
}

/** Those that fit a message, each once, without those in `known`. */
function distinct(names: readonly string[], known: readonly Fqdn[]): readonly Fqdn[] {
  const before = new Set<string>(known);
  return [...new Set(names)].filter((name) => fitsMessage(name) && !before.has(name)) as Fqdn[];
}

function firstLabel(domain: Fqdn): string {
  return domain.split(".")[0] ?? "";
}

/** The names above the domain's parent and below its registrable name, the lowest first. */
function ancestorsBetween(domain: Fqdn, registrable: Fqdn): readonly Fqdn[] {
  const names: Fqdn[] = [];
  if (domain === registrable) return names;
  for (let at = parentOf(domain); at !== registrable && isWithin(at, registrable); at = parentOf(at)) names.push(at);
  return names;
}

export function wildcardProbe(domain: Fqdn): Fqdn {
  return child(WILDCARD_PROBE, domain);
}

/** Which mistake puts a value that was meant for `expectedName` at `found`. */
export function mistakeAt(domain: Fqdn, expectedName: Fqdn, found: Fqdn): Code {
  if (found === domain) return "txt-at-domain";
  if (found === child("amazonses", domain)) return "txt-without-underscore";
  if (found.startsWith(`${expectedName}.`)) return "txt-name-doubled";
  return found.split(".").includes(LABEL) ? "txt-wrong-level" : "txt-wrong-name";
}

/** The name that is registered, as far as the public suffix list tells; the domain where it tells nothing. */
export function registrableOf(domain: Fqdn): Fqdn {
  const found = getDomain(domain, { allowPrivateDomains: true, validateHostname: false });
  return found === null ? domain : (found as Fqdn);
}
