import { type Fqdn, isWithin, parentOf, ROOT } from "../../provider/core/fqdn";
import type { ResourceRecord } from "../../provider/wire/message";
import type { RecordSet, ZoneView } from "../records";
import { typeOfStore } from "../values/types";
import { readValue } from "../values/values";
import { type FindAddresses, shown } from "./shown";

/** A zone as one server has it at this moment. */
export interface HeldZone {
  readonly name: Fqdn;
  readonly view: ZoneView;
}

export interface Answer {
  readonly rcode: "NOERROR" | "NXDOMAIN" | "REFUSED";
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** The longest zone a server holds that is `name` or above it. */
export type FindZone = (name: Fqdn) => HeldZone | undefined;

/** Route 53 answers with at most eight of the sets of a multivalue record. */
const MOST_MULTIVALUE = 8;
const LONGEST_CHAIN = 8;

const known = new WeakMap<RecordSet, readonly ResourceRecord[]>();

/** The records of a set; under another name where a wildcard answers for that. Throws where no record can have a value. */
export function toRecords(set: RecordSet, owner: Fqdn = set.name): readonly ResourceRecord[] {
  let records = known.get(set);
  if (!records) {
    records = set.values.map((value) => ({
      ...readValue(set.type, value),
      name: set.name,
      class: "IN" as const,
      ttl: set.ttl,
    }));
    known.set(set, records);
  }
  return owner === set.name ? records : records.map((record) => ({ ...record, name: owner }));
}

/** Those of several sets of one name and type that are served this time (Route 53: multivalue and weighted routing). */
function chosen(sets: readonly RecordSet[], random: () => number): readonly RecordSet[] {
  if (sets.length < 2) return sets;
  if (sets.some((set) => set.routing?.multiValueAnswer)) {
    if (sets.length <= MOST_MULTIVALUE) return sets;
    return sets
      .map((set) => ({ set, order: random() }))
      .sort((a, b) => a.order - b.order)
      .slice(0, MOST_MULTIVALUE)
      .map(({ set }) => set);
  }
  const weights = sets.map((set) => set.routing?.weight ?? 0);
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (weight > 0 && left < 0) return sets.slice(index, index + 1);
  }
  return sets.slice(0, 1);
}

/** The SOA of a negative answer, with the time it may be kept (RFC 2308 section 5). */
function negative(zone: HeldZone): ResourceRecord[] {
  const soa = zone.view.find({ name: zone.name, type: "SOA" });
  if (!soa) return [];
  return toRecords(soa).map((record) =>
    record.type === "SOA" ? { ...record, ttl: Math.min(record.ttl, record.minimum) } : record,
  );
}

/** What Route 53 adds to an answer (Route 53 Developer Guide, "DNS constraints and behaviors"), unless it is the answer. */
function servers(zone: HeldZone, answers: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const set = zone.view.find({ name: zone.name, type: "NS" });
  return set === undefined || answers.some(({ type }) => type === "NS") ? [] : toRecords(set);
}

/** The highest zone cut strictly below the apex on the way to `name`. */
function cutAbove(zone: HeldZone, name: Fqdn, parentSide: boolean): RecordSet | undefined {
  let cut: RecordSet | undefined;
  for (let at = name; at !== zone.name; at = parentOf(at)) {
    if (at === name && parentSide) continue;
    cut = zone.view.at(at).find((set) => set.type === "NS") ?? cut;
  }
  return cut;
}

/** Addresses of servers that this server knows at or below the cut (RFC 1034 section 4.2.1). */
function glue(zone: HeldZone, servers: readonly ResourceRecord[]): ResourceRecord[] {
  return servers.flatMap((server) => {
    if (server.type !== "NS" || !isWithin(server.target as Fqdn, zone.name)) return [];
    const sets = zone.view.at(server.target as Fqdn).filter(({ answersAs }) => answersAs === undefined);
    return sets.filter((set) => set.type === "A" || set.type === "AAAA").flatMap((set) => toRecords(set));
  });
}

function addressesIn(records: readonly ResourceRecord[]): readonly string[] {
  return records.flatMap((record) => (record.type === "A" || record.type === "AAAA" ? [record.address] : []));
}

/** The sets that answer for a name: its own, or a wildcard's under its closest encloser (RFC 4592 section 3.3.1). */
function setsFor(zone: HeldZone, name: Fqdn): readonly RecordSet[] | undefined {
  if (zone.view.exists(name)) return zone.view.at(name);
  let encloser = parentOf(name);
  while (!zone.view.exists(encloser)) encloser = parentOf(encloser);
  const wildcard = (encloser === ROOT ? "*" : `*.${encloser}`) as Fqdn;
  return zone.view.exists(wildcard) ? zone.view.at(wildcard) : undefined;
}

/**
 * What an authoritative server says (RFC 1034 section 4.3.2), CNAMEs followed as far as its own zones go. `asked`: the
 * question's type, as the wire codec names it. `depth`: how many flattened CNAMEs led here. Pure but for `random`.
 */
export function answer(name: Fqdn, asked: string, find: FindZone, random: () => number, depth = 0): Answer {
  const type = typeOfStore(asked);
  const addressesOf: FindAddresses = (target, wanted) =>
    depth > LONGEST_CHAIN ? [] : addressesIn(answer(target, wanted, find, random, depth + 1).answers);
  const answers: ResourceRecord[] = [];
  let at = name;
  for (let hop = 0; ; hop++) {
    // A DS set belongs to the parent's side of a cut (RFC 4035 section 3.1.4.1).
    const own = find(at);
    const zone = type === "DS" && own?.name === at && at !== ROOT ? (find(parentOf(at)) ?? own) : own;
    if (!zone) {
      if (hop > 0) return { rcode: "NOERROR", authoritative: true, answers, authorities: [], additionals: [] };
      return { rcode: "REFUSED", authoritative: false, answers, authorities: [], additionals: [] };
    }
    const cut = cutAbove(zone, at, type === "DS");
    if (cut) {
      const authorities = toRecords(cut);
      return { rcode: "NOERROR", authoritative: hop > 0, answers, authorities, additionals: glue(zone, authorities) };
    }
    const held = setsFor(zone, at);
    const sets = held && shown(held, addressesOf);
    if (!sets) return { rcode: "NXDOMAIN", authoritative: true, answers, authorities: negative(zone), additionals: [] };
    const wanted = chosen(
      sets.filter((set) => set.type === type || type === "ANY"),
      type === "ANY" ? () => 0 : random,
    );
    const alias = sets.find((set) => set.type === "CNAME");
    const found = wanted.flatMap((set) => toRecords(set, at));
    if (wanted.length > 0 || !alias) {
      answers.push(...found);
      const authorities = found.length > 0 ? servers(zone, found) : negative(zone);
      return { rcode: "NOERROR", authoritative: true, answers, authorities, additionals: glue(zone, found) };
    }
    const [hopRecord] = toRecords(alias, at);
    if (
      hopRecord?.type !== "CNAME" ||
      hop >= LONGEST_CHAIN ||
      answers.some((record) => record.name === hopRecord.target)
    ) {
      if (hopRecord) answers.push(hopRecord);
      return { rcode: "NOERROR", authoritative: true, answers, authorities: [], additionals: [] };
    }
    answers.push(hopRecord);
    at = hopRecord.target as Fqdn;
  }
}
