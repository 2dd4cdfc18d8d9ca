import { isIPv6 } from "node:net";
import type { ServerSighting, Sighting } from "../authority/authority";
import type { Fqdn } from "../core/fqdn";
import { clip, quoted } from "../core/text";
import { counted, listed } from "../core/words";
import type { Code } from "./catalogue";
import { expectedValues } from "./expected";
import type { Finding, Observations, SerialSeen } from "./finding";
import { finding, isDefiniteSighting, labels, placed, valuesOf } from "./make";
import { isShifting } from "./multivalue";
import { isNewer } from "./serial";

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

const UNREACHABLE: ReadonlyMap<string, Code> = new Map([
  ["servers-unreachable", "port-53-blocked"],
  ["servers-intercepted", "port-53-intercepted"],
]);

/** The way down from the root ended before the zone's own servers. */
function unreachableZones(observed: Observations): Finding[] {
  for (const { name, code, message } of observed.unread) {
    const why = UNREACHABLE.get(code);
    if (why === undefined) continue;
    return [finding(observed, why, `${name} could not be read: ${clip(message, 300)}`, { facts: { name } })];
  }
  return [];
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

type Lame = Extract<ServerSighting, { kind: "lame" }>;
type Unreachable = Extract<ServerSighting, { kind: "unreachable" }>;
const isLame = (one: ServerSighting): one is Lame => one.kind === "lame";
/** Of whom was not asked nothing is known. */
const isUnreachable = (one: ServerSighting): one is Unreachable =>
  one.kind === "unreachable" && one.unasked === undefined;
/** The servers that were asked are not all that could have been. */
const isCutOff = (one: ServerSighting) => one.kind === "unreachable" && one.unasked === "limit";
const isAsked = (one: ServerSighting) => one.kind !== "unreachable" || one.unasked === undefined;

/** No server answered with authority: what they have in common tells why. */
function noAnswer(observed: Observations, sighting: Sighting): Finding[] {
  const zone = sighting.delegation?.zone ?? sighting.name;
  const lame = sighting.servers.filter(isLame);
  const silent = sighting.servers.filter(isUnreachable);
  const details = { facts: { name: sighting.name, zone }, severity: "error" as const };
  if (lame.length > 0 && lame.every(({ recursive }) => recursive)) {
    return [
      finding(
        observed,
        "port-53-intercepted",
        `${listed(labels(lame))} ${labels(lame).length === 1 ? "answers" : "all answer"} for ${zone} as a recursive resolver does (RA set, AA not).`,
        details,
      ),
    ];
  }
  if (lame.length > 0 && lame.every(({ endless }) => endless)) {
    const identities = expectedValues(observed.expected).flatMap((one) =>
      one.name === sighting.name ? [one.identity] : [],
    );
    const seen = `${sighting.name} is an alias that leads nowhere: ${reasons(lame)}.`;
    return [finding(observed, "txt-under-cname", seen, { ...details, identities })];
  }
  if (lame.length > 0) {
    const seen = `No name server of ${zone} is an authority for it: ${reasons(lame)}.`;
    return [
      finding(observed, "server-lame", seen, { ...details, facts: { ...details.facts, server: lame[0]?.server } }),
    ];
  }
  const cutShort = silent.filter(({ noTcp }) => noTcp);
  if (cutShort.length > 0) {
    const seen = `No name server of ${zone} gives its whole answer: ${reasons(silent)}.`;
    const facts = { ...details.facts, server: cutShort[0]?.server };
    return [finding(observed, "server-no-tcp", seen, { ...details, facts })];
  }
  if (silent.length === 0) return [];
  const seen = `No name server of ${zone} answers: ${reasons(silent)}.`;
  const others = [...observed.sightings, ...observed.probes].some(({ servers }) =>
    servers.some((one) => one.kind !== "unreachable"),
  );
  return [
    others
      ? finding(observed, "server-unreachable", seen, {
          ...details,
          facts: { ...details.facts, server: silent[0]?.server },
        })
      : finding(observed, "port-53-blocked", seen, details),
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
    const lame = sightings.filter(isLame);
    if (lame.length > 0) {
      const at = lame.length < sightings.length ? ` at ${listed(lame.map(({ address }) => address))}` : "";
      const how = [
        ...new Set(
          lame.map(({ reason, recursive }) => clip(reason) + (recursive ? ", as a recursive resolver (RA set)" : "")),
        ),
      ];
      return [
        finding(observed, "server-lame", `${server}${at} is no authority for ${zone}: ${listed(how)}.`, { facts }),
      ];
    }
    // Where no IPv6 address answers at all, it is this machine that has no IPv6.
    const silent = sightings.filter(isUnreachable).filter(({ address }) => !(noIpv6 && answers && isIPv6(address)));
    if (silent.length === 0) return [];
    const cutShort = silent.filter(({ noTcp }) => noTcp);
    if (cutShort.length > 0) {
      const seen = `${server} (${listed(cutShort.map(({ address }) => address))}) says over UDP that its answer is too long for that, and does not answer over TCP.`;
      return [finding(observed, "server-no-tcp", seen, { facts })];
    }
    // A server with IPv6 addresses alone may well answer: that it cannot be asked from here is no fault of the zone's.
    if (noIpv6 && silent.every(({ address }) => isIPv6(address))) return [];
    const seen = `${server}${answers ? ` at ${listed(silent.map(({ address }) => address))}` : ""} does not answer for ${zone}: ${reasons(silent)}.`;
    return [finding(observed, "server-unreachable", seen, { facts, severity: answers ? "note" : "warning" })];
  });
}

function unresolvable(observed: Observations, { delegation, servers }: Sighting): Finding[] {
  const nameless = delegation?.servers.filter(({ addresses }) => addresses.length === 0) ?? [];
  const severity = servers.some(isDefiniteSighting) ? "warning" : "error";
  return nameless.map(({ name }) =>
    finding(observed, "server-unresolvable", `${name}, a name server of ${delegation?.zone}, has no address.`, {
      facts: { zone: delegation?.zone, server: name },
      severity,
    }),
  );
}

/** Values that are not ours and differ; ours are judged with the record. */
function disagreement(observed: Observations, sighting: Sighting): Finding[] {
  const answers = sighting.servers.filter(isDefiniteSighting);
  const ours = expectedValues(observed.expected).filter(({ name }) => name === sighting.name);
  if (isShifting(observed, sighting)) return [];
  if (ours.some(({ name, value }) => placed(observed, name, value) === "partly")) return [];
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
      }),
    );
  });
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

/** `ns1.example.net (REFUSED), ns2.example.net (no answer in 5 s)`. */
function reasons(of: readonly (Lame | Unreachable)[]): string {
  const byServer = new Map(of.map(({ server, reason }) => [server, `${server} (${clip(reason)})`]));
  return byServer.size > 6
    ? `${listed([...byServer.values()])}, ${counted(byServer.size, "server")} in all`
    : listed([...byServer.values()], 6);
}
