import type { Sighting } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { listed } from "../core/words";
import { type ExpectedValue, expectedIn } from "./expected";
import type { Finding, Observations } from "./finding";
import { finding, labels, placed, valuesOf } from "./make";

/**
 * Where the parent and the zone name different servers, and what that does to our values: resolvers may ask the servers of either
 * set. A value that only servers have to which the delegation does not lead makes its name `invisible`.
 */
export function mismatches(observed: Observations, invisible: Set<Fqdn>): Finding[] {
  const seen = new Set<string>();
  return observed.sightings.flatMap((sighting) => {
    const { delegation } = sighting;
    if (delegation === undefined || seen.has(delegation.zone)) return [];
    seen.add(delegation.zone);
    const { zone, parentServers, zoneServers } = delegation;
    if (parentServers.length === 0 || zoneServers.length === 0) return [];
    const [fromWithin, fromAbove] = [amongst(zoneServers), amongst(parentServers)];
    const above = parentServers.filter((server) => !fromWithin(server));
    const within = zoneServers.filter((server) => !fromAbove(server));
    if (above.length === 0 && within.length === 0) return [];
    const parts = [
      ...(above.length > 0 ? [`only the parent zone names ${listed(above)}`] : []),
      ...(within.length > 0 ? [`only the zone itself names ${listed(within)}`] : []),
    ];
    const ofZone = observed.sightings.filter((one) => one.delegation?.zone === zone);
    const effects = ofZone.flatMap((one) => effectsAt(observed, one));
    for (const { name, hidden } of effects) if (hidden) invisible.add(name);
    const identities = [...new Set(effects.flatMap((one) => one.identities))];
    const isVerified = identities.every(
      (id) => observed.identities.find(({ name }) => name === id)?.status === "Success",
    );
    // More servers than the parent names, with the same content: resolvers see the values wherever they ask.
    if (above.length === 0 && effects.length === 0 && ofZone.every((one) => haveAll(observed, one, within))) return [];
    const first = effects[0];
    return [
      finding(
        observed,
        "delegation-mismatch",
        [`Of the name servers of ${zone}, ${parts.join(", ")}.`, ...effects.map((one) => one.seen)].join(" "),
        {
          facts: { zone, ...(first && { name: first.name, value: first.value, server: first.server }) },
          identities,
          severity: effects.length > 0 && !isVerified ? "error" : "warning",
        },
      ),
    ];
  });
}

interface Effect {
  readonly name: Fqdn;
  readonly seen: string;
  readonly value: string | undefined;
  readonly server: string | undefined;
  readonly identities: readonly string[];
  /** All that is missing at the name is there, at servers that only the zone names. */
  readonly hidden: boolean;
}

/** What servers that only the zone names have, or lack, of our values. One that does not answer says nothing. */
function effectsAt(observed: Observations, { name, type, childOnly = [] }: Sighting): Effect[] {
  const answers = childOnly.filter(isDefiniteSighting);
  const expected = expectedIn(observed.expected, { name, type });
  if (answers.length === 0 || expected.length === 0) return [];
  const nowhere = expected.filter(({ value }) => placed(observed, name, value, type) === "nowhere");
  const having = answers.filter((one) => nowhere.some(({ value }) => valuesOf(one).includes(value)));
  const of = (those: readonly ExpectedValue[], server: string | undefined) => ({
    name,
    value: those[0]?.value,
    server,
    identities: those.map(({ identity }) => identity),
  });
  if (having.length > 0) {
    const there = nowhere.filter(({ value }) => having.some((one) => valuesOf(one).includes(value)));
    const who = labels(having);
    const seen = `${listed(who)} ${who.length === 1 ? "has" : "have"} the value at ${name}, but a resolver that follows the delegation does not see it. The delegation names other servers, which do not have it.`;
    return [{ ...of(there, who[0]), seen, hidden: there.length === nowhere.length }];
  }
  const lost = expected.filter(
    ({ value }) =>
      placed(observed, name, value, type) !== "nowhere" && answers.some((one) => !valuesOf(one).includes(value)),
  );
  if (lost.length === 0) return [];
  const lacking = answers.filter((one) => lost.some(({ value }) => !valuesOf(one).includes(value)));
  const who = labels(lacking);
  const seen = `${listed(who)} ${who.length === 1 ? "lacks" : "lack"} the value at ${name}: a resolver that knows the zone's own NS records may ask there.`;
  return [{ ...of(lost, who[0]), seen, hidden: false }];
}

/** Whether each of these servers answered, with all that is expected at the name. */
function haveAll(
  observed: Observations,
  { name, type, childOnly = [] }: Sighting,
  servers: readonly string[],
): boolean {
  const expected = expectedIn(observed.expected, { name, type });
  const whole = childOnly.filter((one) => expected.every(({ value }) => valuesOf(one).includes(value)));
  const answering = amongst(whole.map(({ server }) => server));
  return expected.length > 0 && servers.every(answering) && whole.length === childOnly.length;
}

export function amongst(servers: readonly string[]): (server: string) => boolean {
  const names = new Set(servers.map(plain));
  return (server) => names.has(plain(server));
}

function plain(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
