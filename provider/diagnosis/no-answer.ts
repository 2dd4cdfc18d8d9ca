import { isIPv6 } from "node:net";
import type { Delegation, Sighting, UnresolvedServer } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { clip } from "../core/text";
import { listed } from "../core/words";
import type { Code } from "./catalogue";
import { expectedValues } from "./expected";
import type { Finding, Observations, Severity } from "./finding";
import { finding, labels } from "./make";
import {
  failsAtName,
  failsBehindAlias,
  isEndless,
  isLame,
  isUnreachable,
  reasons,
  type Unreachable,
} from "./server-kinds";

const UNREACHABLE: ReadonlyMap<string, Code> = new Map([
  ["servers-unreachable", "port-53-blocked"],
  ["servers-intercepted", "port-53-intercepted"],
  ["parent-unreachable", "parent-unreachable"],
]);

/** The way down from the root ended before the zone's own servers. */
export function unreachableZones(observed: Observations): Finding[] {
  for (const { name, code, message } of observed.unread) {
    const why = UNREACHABLE.get(code);
    if (why === undefined) continue;
    return [finding(observed, why, `${name} could not be read: ${clip(message, 300)}`, { facts: { name } })];
  }
  return [];
}

/**
 * No server answered with authority: what they have in common tells why. This network is at fault only where the root's
 * servers failed in the same way.
 */
export function noAnswer(observed: Observations, sighting: Sighting): Finding[] {
  const zone = sighting.delegation?.zone ?? sighting.name;
  const details = { facts: { name: sighting.name, zone }, severity: "error" as const };
  const about = (code: Code, seen: string, server: string | undefined) =>
    finding(observed, code, seen, { ...details, facts: { ...details.facts, server } });

  if (sighting.servers.some(failsBehindAlias)) return [];
  const endless = sighting.servers.filter(isEndless);
  // What is wrong with an MX record set is told with that.
  if (endless.length > 0 && sighting.type === "MX") return [];
  if (endless.length > 0 && endless.length === sighting.servers.filter(({ kind }) => kind === "lame").length) {
    const identities = expectedValues(observed.expected).flatMap((one) =>
      one.name === sighting.name ? [one.identity] : [],
    );
    const seen = `${sighting.name} is an alias whose target has no records: ${reasons(endless)}.`;
    return [finding(observed, "txt-under-cname", seen, { ...details, identities })];
  }
  const failing = sighting.servers.filter(failsAtName);
  const lame = sighting.servers.filter(isLame);
  const silent = sighting.servers.filter(isUnreachable);
  if (failing.length > 0) {
    const seen = `${listed(labels(failing))} ${labels(failing).length === 1 ? "has" : "have"} the zone ${zone}, and no server answers for ${sighting.name}: ${reasons(failing)}.`;
    return [about("server-fails-name", seen, failing[0]?.server)];
  }
  if (lame.length > 0 && lame.every(({ recursive }) => recursive) && sighting.root === "recursive") {
    const who = labels(lame);
    const seen = `${listed(who)} ${who.length === 1 ? "answers" : "all answer"} for ${zone} as a recursive resolver does (RA set, AA not), and so do the root's name servers.`;
    return [finding(observed, "port-53-intercepted", seen, details)];
  }
  if (lame.length > 0) {
    const seen =
      silent.length > 0
        ? `No name server of ${zone} answers authoritatively: ${reasons([...lame, ...silent])}.`
        : `No name server of ${zone} is authoritative for it: ${reasons(lame)}.`;
    return [about("server-lame", seen, lame[0]?.server)];
  }
  const cutShort = silent.filter(({ noTcp }) => noTcp);
  if (cutShort.length > 0) {
    const seen = `No name server of ${zone} gives a complete answer: ${reasons(silent)}.`;
    return [about("server-no-tcp", seen, cutShort[0]?.server)];
  }
  return silent.length === 0 ? [] : [allSilent(observed, sighting, zone, silent)];
}

function allSilent(observed: Observations, sighting: Sighting, zone: Fqdn, silent: readonly Unreachable[]): Finding {
  const details = { facts: { name: sighting.name, zone, server: silent[0]?.server }, severity: "error" as const };
  const local = silent.filter((one) => one.private);
  if (local.length === silent.length) return privateAddresses(observed, zone, local, "error");
  const seen = `No name server of ${zone} answers: ${reasons(silent)}.`;
  if (sighting.root === "silent") {
    const more = `${seen} The root's name servers do not answer either.`;
    return finding(observed, "port-53-blocked", more, { ...details, facts: { name: sighting.name, zone } });
  }
  // Nothing shows that this machine has IPv6: whether such a server answers is not known.
  const rest = silent.filter((one) => !one.private);
  const isReachable = !rest.every(({ noRoute }) => noRoute) && answeredOverIpv6(observed);
  if (rest.every(({ address }) => isIPv6(address)) && !isReachable) {
    return finding(
      observed,
      "server-ipv6-only",
      `All name servers of ${zone} that could be asked have IPv6 addresses only, and none was reached: ${reasons(rest)}.`,
      details,
    );
  }
  return finding(observed, "server-unreachable", seen, details);
}

function answeredOverIpv6({ sightings, again = [], probes }: Observations): boolean {
  return [...sightings, ...again, ...probes]
    .flatMap(({ servers, childOnly = [] }) => [...servers, ...childOnly])
    .some(({ kind, address }) => kind !== "unreachable" && isIPv6(address));
}

/** Servers at addresses that nothing on the internet has. */
export function privateAddresses(
  observed: Observations,
  zone: Fqdn,
  local: readonly Unreachable[],
  severity: Severity,
): Finding {
  const who = [...new Set(local.map(({ server, address }) => `${server} (${clip(address)})`))];
  return finding(
    observed,
    "server-private-address",
    `Of the name servers of ${zone}, ${listed(who)} ${who.length === 1 ? "has a private or reserved address" : "have private or reserved addresses"}.`,
    { facts: { zone, server: local[0]?.server }, severity },
  );
}

const WHY: Readonly<Record<UnresolvedServer["why"], Code>> = {
  absent: "server-unresolvable",
  failing: "server-unresolvable",
  "no-glue": "server-glue-missing",
  bogus: "server-name-bogus",
};

/** Servers whose names gave no address. */
export function unresolvable(observed: Observations, { delegation, servers }: Sighting): Finding[] {
  if (delegation === undefined) return [];
  const { zone } = delegation;
  const severity = servers.some(isDefiniteSighting) ? "warning" : "error";
  return unresolvedOf(delegation).map(({ server, why }) =>
    finding(observed, WHY[why], wordsFor(server, zone, why), { facts: { zone, server }, severity }),
  );
}

function unresolvedOf({ servers, unresolved = [] }: Delegation): readonly UnresolvedServer[] {
  const told = new Set(unresolved.map(({ server }) => server));
  const nameless = servers.filter(({ name, addresses }) => addresses.length === 0 && !told.has(name));
  return [...nameless.map(({ name }) => ({ server: name, why: "absent" as const })), ...unresolved];
}

function wordsFor(server: string, zone: Fqdn, why: UnresolvedServer["why"]): string {
  const who = `${server}, a name server of ${zone},`;
  switch (why) {
    case "absent":
      return `${who} has no address.`;
    case "no-glue":
      return `${who} is named within that zone, the parent zone gives no address for it (no glue), and resolvers find none.`;
    case "bogus":
      return `A validating resolver gives the address of ${who} only with checking disabled: the DNSSEC of that name is broken.`;
    case "failing":
      return `The address of ${who} cannot be resolved: the recursive resolver fails for it, but answers other questions.`;
  }
}
