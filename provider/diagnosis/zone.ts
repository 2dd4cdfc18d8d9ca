import { isLimitCode } from "../authority/allowance";
import type { Delegation } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import { type Fqdn, isWithin } from "../core/fqdn";
import { clip } from "../core/text";
import { listed } from "../core/words";
import { hostOf } from "../dns/hosts";
import { amongst, mismatches } from "./delegation";
import { type ExpectedValue, expectedIn } from "./expected";
import type { Finding, Observations, WrittenZone } from "./finding";
import { finding, placed } from "./make";

export interface ZoneFindings {
  readonly findings: readonly Finding[];
  /** Expected names whose values resolvers do not see for a reason found here: the zone is private or not delegated to, or only servers outside the delegation have them. */
  readonly invisible: ReadonlySet<Fqdn>;
}

export function zoneFindings(observed: Observations): ZoneFindings {
  const invisible = new Set<Fqdn>();
  const written = observed.written.flatMap((zone) => writtenFindings(observed, zone, invisible));
  return {
    findings: [...unreadFindings(observed), ...written, ...mismatches(observed, invisible), ...dnssec(observed)],
    invisible,
  };
}

/** Judged elsewhere, or no problem: a program may do without the look at DNS. */
const NOT_HERE: ReadonlySet<string> = new Set([
  "zone-unknown",
  "servers-unreachable",
  "servers-intercepted",
  "parent-unreachable",
  "dns-check-off",
]);

/** Names that could not be read; the way to the servers is judged with the servers. */
function unreadFindings(observed: Observations): Finding[] {
  const unknown = observed.unread.find(({ code }) => code === "zone-unknown");
  const others = observed.unread.filter(({ code }) => !NOT_HERE.has(code) && !isLimitCode(code));
  return [
    ...(unknown === undefined
      ? []
      : [
          finding(
            observed,
            "zone-unknown",
            `${observed.domain} cannot be reached from the root: ${clip(unknown.message, 300)}`,
            {
              facts: { name: unknown.name },
              identities: everyone(observed),
            },
          ),
        ]),
    ...others.map(({ name, message }) =>
      finding(observed, "dns-unread", `${name} could not be read: ${clip(message, 300)}`, { facts: { name } }),
    ),
    ...unasked(observed),
    ...silentResolvers(observed),
  ];
}

/** What was not asked because of our own limits, said once. */
function unasked(observed: Observations): Finding[] {
  const unread = observed.unread.filter(({ code }) => isLimitCode(code));
  const [first] = unread;
  if (first !== undefined) {
    const names = listed(unread.map(({ name }) => name));
    const seen = `${names} could not be read: ${clip(first.message, 300)}`;
    return [finding(observed, "dns-limit", seen, { facts: { name: first.name } })];
  }
  const sightings = observed.sightings.flatMap(({ name, delegation, servers }) => {
    const left = servers.flatMap((one) => (one.kind === "unreachable" && one.unasked ? [one] : []));
    return left.length === 0 ? [] : [{ name, zone: delegation?.zone, left }];
  });
  const [sighting] = sightings;
  if (sighting === undefined) return observed.probesCut ? [cutShort(observed)] : [];
  const { name, zone, left } = sighting;
  const who = [...new Map(left.map(({ server, reason }) => [server, `${server} (${clip(reason, 300)})`])).values()];
  const seen = `Not all name servers of ${zone ?? name} were asked: ${listed(who)}.`;
  return [finding(observed, "dns-limit", seen, { facts: { name, zone } })];
}

function cutShort(observed: Observations): Finding {
  const seen = `Not all names where a value may have landed by mistake were read: ${observed.domain} leads to too many questions.`;
  return finding(observed, "dns-limit", seen, { severity: "note" });
}

/** Over HTTPS: resolvers that answer, and none with anything to go by. That the signatures are broken is told with DNSSEC. */
function silentResolvers(observed: Observations): Finding[] {
  if (observed.dnssec?.state === "bogus") return [];
  return observed.sightings
    .filter(({ via, servers }) => via === "doh" && servers.length > 0 && !servers.some(isDefiniteSighting))
    .map(({ name, servers }) => {
      const told = servers.map((one) => `${one.server} (${"reason" in one ? clip(one.reason) : one.kind})`);
      return finding(observed, "dns-unread", `${name} could not be read: ${listed(told)}.`, { facts: { name } });
    });
}

function writtenFindings(observed: Observations, written: WrittenZone, invisible: Set<Fqdn>): Finding[] {
  // Which zone a person edits is not known.
  if (hostOf(written.kind).readable === false) return [];
  const unseen = new Map<string, ExpectedValue[]>();
  for (const { name, type, cnames, delegation } of observed.sightings) {
    if (delegation === undefined || !isWithin(name, written.zone)) continue;
    const lacking = expectedIn(observed.expected, { name, type }).filter(({ value }) =>
      ["nowhere", "unknown"].includes(placed(observed, name, value, type)),
    );
    if (lacking.length === 0) continue;
    // With a CNAME the delegation is the target's: another zone than the name's, which may well be the one that is written to.
    const why = written.private
      ? `The ${written.kind} zone ${written.zone} that is written to is private.`
      : cnames.length > 0
        ? undefined
        : notAsked(written, delegation);
    if (why === undefined) continue;
    invisible.add(name);
    unseen.set(why, [...(unseen.get(why) ?? []), ...lacking]);
  }
  return [...unseen].map(([why, lacking]) =>
    finding(observed, written.private ? "zone-private" : "zone-not-delegated", why, {
      facts: { name: lacking[0]?.name, zone: written.zone, value: lacking[0]?.value },
      identities: [...new Set(lacking.map(({ identity }) => identity))],
    }),
  );
}

/** Why what is written to a zone is not what resolvers see of it; undefined where it may well be. */
function notAsked({ kind, zone, servers }: WrittenZone, delegation: Delegation): string | undefined {
  const asked = delegation.parentServers;
  const isAsked = amongst(asked);
  if (servers.some(isAsked)) return undefined;
  const who = listed(asked);
  if (delegation.zone !== zone) {
    const relation = isWithin(delegation.zone, zone)
      ? "is a zone of its own, delegated to"
      : "is where the delegation ends:";
    return `${kind} writes to the zone ${zone}, but ${delegation.zone} ${relation} ${who}.`;
  }
  if (servers.length === 0 || asked.length === 0) return undefined;
  return `${kind} writes to the zone ${zone} on ${listed(servers)}, but the parent zone delegates it to ${who}.`;
}

function dnssec(observed: Observations): Finding[] {
  if (observed.dnssec?.state !== "bogus") return [];
  const { resolver } = observed.dnssec;
  return [
    finding(
      observed,
      "dnssec-bogus",
      `${resolver}, which validates, answers SERVFAIL, but gives an answer with checking disabled.`,
      {
        facts: { server: resolver },
        identities: everyone(observed),
      },
    ),
  ];
}

function everyone(observed: Observations): string[] {
  return observed.identities.map(({ name }) => name);
}
