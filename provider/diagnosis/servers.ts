import { isIPv6 } from "node:net";
import type { ServerSighting, Sighting } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { clip, quoted } from "../core/text";
import { listed } from "../core/words";
import { expectedIn } from "./expected";
import type { Finding, Observations, SerialSeen } from "./finding";
import { finding, labels, placed, valuesOf } from "./make";
import { isShifting } from "./multivalue";
import { noAnswer, privateAddresses, unreachableZones, unresolvable } from "./no-answer";
import { isNewer } from "./serial";
import { failsAtName, failsBehindAlias, isAsked, isCutOff, isLame, isUnreachable, reasons } from "./server-kinds";

export function serverFindings(observed: Observations): Finding[] {
  return unique([
    ...unreachableZones(observed),
    ...observed.sightings
      .filter(({ via }) => via === "authoritative")
      .flatMap((sighting) => inSighting(observed, sighting)),
    ...behind(observed),
    ...faults(observed),
  ]);
}

/** One server is named once, however many names it was asked for. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [`${one.code} ${one.seen}`, one])).values()];
}

function inSighting(observed: Observations, sighting: Sighting): Finding[] {
  const answering = sighting.servers.filter(isDefiniteSighting);
  return [
    ...(answering.length > 0 || sighting.servers.some(isCutOff)
      ? oneByOne(observed, sighting)
      : noAnswer(observed, sighting)),
    ...unresolvable(observed, sighting),
    ...(answering.length > 0 ? disagreement(observed, sighting) : []),
  ];
}

/** Some answer with authority: the others are to be named. */
function oneByOne(observed: Observations, sighting: Sighting): Finding[] {
  const zone = sighting.delegation?.zone ?? sighting.name;
  const noIpv6 = !sighting.servers.some((one) => isIPv6(one.address) && !isUnreachable(one));
  const byServer = new Map<string, ServerSighting[]>();
  for (const one of sighting.servers.filter(isAsked))
    byServer.set(one.server, [...(byServer.get(one.server) ?? []), one]);

  return [...byServer].flatMap(([server, sightings]): Finding[] => {
    const facts = { name: sighting.name, zone, server };
    const answers = sightings.some((one) => !isUnreachable(one));
    // That it fails behind a DKIM record is told with the record.
    if (sightings.some(failsBehindAlias)) return [];
    const failing = sightings.filter(failsAtName);
    if (failing.length > 0 && !sightings.some(isDefiniteSighting)) {
      const seen = `${server} has the zone ${zone} and gives no answer for ${sighting.name}: ${reasons(failing)}.`;
      return [finding(observed, "server-fails-name", seen, { facts })];
    }
    const lame = sightings.filter(isLame);
    if (lame.length > 0) {
      const at = lame.length < sightings.length ? ` at ${listed(lame.map(({ address }) => address))}` : "";
      const how = [
        ...new Set(
          lame.map(({ reason, recursive }) => clip(reason) + (recursive ? ", as a recursive resolver (RA set)" : "")),
        ),
      ];
      return [
        finding(observed, "server-lame", `${server}${at} is not authoritative for ${zone}: ${listed(how)}.`, { facts }),
      ];
    }
    const local = sightings.filter(isUnreachable).filter((one) => one.private);
    if (local.length > 0) return [privateAddresses(observed, zone, local, answers ? "note" : "warning")];
    // Where no IPv6 address answers at all, it is this machine that has no IPv6.
    const silent = sightings.filter(isUnreachable).filter(({ address }) => !(noIpv6 && answers && isIPv6(address)));
    if (silent.length === 0) return [];
    const cutShort = silent.filter(({ noTcp }) => noTcp);
    if (cutShort.length > 0) {
      const seen = `${server} (${listed(cutShort.map(({ address }) => address))}) truncates its answer over UDP, and does not answer over TCP.`;
      return [finding(observed, "server-no-tcp", seen, { facts })];
    }
    // A server with IPv6 addresses alone may well answer: that it cannot be asked from here is no fault of the zone's.
    if (noIpv6 && silent.every(({ address }) => isIPv6(address))) return [];
    const seen = `${server}${answers ? ` at ${listed(silent.map(({ address }) => address))}` : ""} does not answer for ${zone}: ${reasons(silent)}.`;
    return [finding(observed, "server-unreachable", seen, { facts, severity: answers ? "note" : "warning" })];
  });
}

/** Values that are not ours and differ; ours are judged with the record. */
function disagreement(observed: Observations, sighting: Sighting): Finding[] {
  const answers = sighting.servers.filter(isDefiniteSighting);
  const ours = expectedIn(observed.expected, sighting);
  if (isShifting(observed, sighting)) return [];
  if (ours.some(({ name, value }) => placed(observed, name, value, sighting.type) === "partly")) return [];
  const disputed = [...new Set(answers.flatMap(valuesOf))].find(
    (value) => !answers.every((one) => valuesOf(one).includes(value)),
  );
  if (disputed === undefined) return [];
  const having = answers.filter((one) => valuesOf(one).includes(disputed));
  const lacking = answers.filter((one) => !valuesOf(one).includes(disputed));
  const zone = sighting.delegation?.zone;
  return [
    finding(
      observed,
      "servers-disagree",
      `At ${sighting.name}, ${listed(labels(having, lacking))} ${labels(having, lacking).length === 1 ? "has" : "have"} ${quoted(disputed, 60)}, and ${listed(labels(lacking, having))} ${labels(lacking, having).length === 1 ? "does" : "do"} not.`,
      { facts: { name: sighting.name, zone } },
    ),
  ];
}

/** Two hosts of one zone count apart: only serials of one primary are compared. */
function behind(observed: Observations): Finding[] {
  const byPrimary = new Map<string, { readonly zone: Fqdn; readonly serials: SerialSeen[] }>();
  for (const one of observed.serials ?? []) {
    const key = `${one.zone} ${one.primary ?? ""}`;
    const group = byPrimary.get(key) ?? { zone: one.zone, serials: [] };
    group.serials.push(one);
    byPrimary.set(key, group);
  }
  return [...byPrimary.values()].flatMap(({ zone, serials }) => {
    const newest = serials.reduce(
      (best, { serial }) => (isNewer(serial, best) ? serial : best),
      serials[0]?.serial ?? 0,
    );
    const late = serials.filter(({ serial }) => isNewer(newest, serial));
    return [...new Map(late.map((one) => [one.server, one])).values()].map(({ server, serial }) =>
      finding(observed, "server-behind", `${server} serves ${zone} with serial ${serial}; the newest is ${newest}.`, {
        facts: { zone, server },
        // Where the newest copy of the zone has lost a value that the older one has, the delay is not the cause.
        ...(hasAll(observed, server) && { severity: "note" }),
      }),
    );
  });
}

/** Whether a server has every expected value of a name that others lack. */
function hasAll(observed: Observations, server: string): boolean {
  const partial = observed.sightings.flatMap((sighting) => {
    const own = sighting.servers.filter((one) => one.server === server && isDefiniteSighting(one));
    return expectedIn(observed.expected, sighting)
      .filter(({ name, value }) => placed(observed, name, value, sighting.type) === "partly")
      .map(({ value }) => own.some((one) => valuesOf(one).includes(value)));
  });
  return partial.length > 0 && partial.every((has) => has);
}

const FAULTS = {
  "no-tcp": { code: "server-no-tcp", does: "does not answer over TCP" },
  "no-udp": { code: "server-no-udp", does: "answers over TCP only" },
  "no-edns": { code: "server-no-edns", does: "answers only without EDNS" },
} as const;

function faults(observed: Observations): Finding[] {
  return (observed.faults ?? []).map(({ server, address, fault }) => {
    const { code, does } = FAULTS[fault];
    return finding(observed, code, `${server} (${address}) ${does}.`, { facts: { server } });
  });
}
