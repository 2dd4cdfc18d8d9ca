import type { Sighting } from "../authority/authority";
import { child, type Fqdn, isWithin, parentOf } from "../core/fqdn";
import type { RecordKey } from "../dns/record";
import { fitsMessage } from "../wire/names";
import type { Observations } from "./finding";
import { registrableOf, wildcardProbe } from "./probes";

const KEY_LABEL = "_domainkey";

/**
 * The names in `zone` at which a DKIM or MAIL FROM record lands by mistake when it was meant for `name`: with the domain, or
 * the zone, appended again; without the underscore or the label of DKIM. Each is worth one question (`Authority.glance`).
 */
export function misplacedNames(domain: Fqdn, name: Fqdn, zone: Fqdn): readonly Fqdn[] {
  const ends = [domain, registrableOf(domain), zone].filter((end) => end !== "");
  const names = [...ends.map((end) => `${name}.${end}`), ...(bareNames(domain, name) ?? [])];
  return [...new Set(names)].filter(
    (one): one is Fqdn => fitsMessage(one) && one !== name && isWithin(one as Fqdn, zone),
  );
}

/** A DKIM name as a host has it that accepts no underscores, and that of a person who left the label out. */
function bareNames(domain: Fqdn, name: Fqdn): readonly [string, string] | undefined {
  const [token = "", label] = name.split(".");
  if (label !== KEY_LABEL) return undefined;
  return [`${token}.${KEY_LABEL.slice(1)}.${domain}`, child(token, domain)];
}

/** The name that only a wildcard answers where one answers for `name` (RFC 4592 section 3.3.1). To be looked at with `name`'s type. */
export function wildcardProbeFor(name: Fqdn): Fqdn {
  return wildcardProbe(parentOf(name));
}

/** What was seen there; undefined where it was not looked at. */
export function wildcardSeen({ probes }: Observations, { name, type }: RecordKey): Sighting | undefined {
  return probes.find((one) => one.type === type && one.name === wildcardProbeFor(name));
}

/** Where a record is instead of at its name: `doubled`, without the `underscore`, or `elsewhere`. */
export interface Misplaced {
  readonly how: "doubled" | "underscore" | "elsewhere";
  readonly found: Fqdn;
  readonly servers: Sighting["servers"];
}

/** The first of the probes that has this value, also with a domain appended; but for what a wildcard gives. */
export function misplacedRecord(observed: Observations, key: RecordKey, wanted: string): Misplaced | undefined {
  const { domain, probes } = observed;
  const [withoutUnderscore] = bareNames(domain, key.name) ?? [];
  for (const { name, type, servers } of probes) {
    if (type !== key.type || name === key.name || name === wildcardProbeFor(key.name)) continue;
    const having = servers.filter(
      (one) => one.kind === "values" && one.values.some((value) => value.startsWith(wanted)),
    );
    if (having.length === 0) continue;
    const doubled = name.startsWith(`${key.name}.`);
    const how = doubled ? "doubled" : name === withoutUnderscore ? "underscore" : "elsewhere";
    return { how, found: name, servers: having };
  }
  return undefined;
}
