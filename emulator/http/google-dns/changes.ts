import { z } from "zod";
import { type Fqdn, isWithin } from "../../../provider/core/fqdn";
import { parseHostName } from "../../names";
import { type Change, openView, type RecordSet, type ZoneView } from "../../records";
import { canonicalValue, refusedValue, SERVED_TYPES, SINGLE_TYPES } from "../../values/values";
import type { Zone } from "../../zones";
import { fromStore, toStore } from "./content";
import { invalid, notFound, Refusal, required } from "./replies";

/** As far as it is read here; a routing policy is refused. */
const wireSet = z.object({
  kind: z.string().optional(),
  name: z.string(),
  type: z.string(),
  ttl: z.number().default(0),
  rrdatas: z.array(z.string()).default([]),
  signatureRrdatas: z.array(z.string()).optional(),
  routingPolicy: z.unknown().optional(),
});
export const wireChange = z.object({
  deletions: z.array(wireSet).default([]),
  additions: z.array(wireSet).default([]),
});

export type WireSet = z.infer<typeof wireSet>;
export type WireChange = z.infer<typeof wireChange>;

const TYPES = ["A", "AAAA", "CNAME", "MX", "NS", "SOA", "TXT"];
const LONGEST_TTL = 2_147_483_647;

/** A record set as the API shows it. */
export function showSet({ name, type, ttl, values }: RecordSet): Required<
  Pick<WireSet, "kind" | "name" | "type" | "ttl" | "rrdatas">
> & {
  readonly signatureRrdatas: readonly string[];
} {
  const rrdatas = values.map((value) => fromStore(type, value));
  return { kind: "dns#resourceRecordSet", name: `${name}.`, type, ttl, rrdatas, signatureRrdatas: [] };
}

/**
 * The changes of the store that a change comes to. All of it applies, or nothing: a deletion must be the set as it is, and
 * an addition may not meet another set. Throws `Refusal`.
 */
export function judgeChange(
  zone: Zone,
  before: ZoneView,
  { deletions, additions }: WireChange,
  atMost: number,
): Change[] {
  if (deletions.length + additions.length === 0) throw required("entity.change");
  const view = openView(zone.name, before.all());
  const changes: Change[] = [];
  deletions.forEach((wire, index) => {
    const path = `entity.change.deletions[${index}]`;
    const set = read(zone, wire, path);
    const there = view.find(set);
    if (there === undefined) throw notFound(path, `${wire.name} (${wire.type})`);
    if (there.ttl !== set.ttl || !sameValues(there, set)) {
      throw new Refusal(412, "conditionNotMet", `Precondition not met for '${path}'`);
    }
    view.delete(set);
    changes.push({ action: "delete", key: { name: set.name, type: set.type } });
  });
  additions.forEach((wire, index) => {
    const path = `entity.change.additions[${index}]`;
    const set = read(zone, wire, path);
    judgeAddition(set, wire, path, atMost);
    if (view.find(set) !== undefined) {
      throw new Refusal(
        409,
        "alreadyExists",
        `The resource '${path}' named '${wire.name} (${wire.type})' already exists`,
      );
    }
    const others = view.at(set.name);
    if (others.length > 0 && (set.type === "CNAME" || others.some(({ type }) => type === "CNAME"))) {
      throw new Refusal(
        400,
        "cnameResourceRecordSetConflict",
        `The resource record set '${path}' is invalid because the DNS name '${wire.name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
      );
    }
    view.put(set);
    changes.push({ action: "put", set });
  });
  for (const type of ["SOA", "NS"]) {
    if (before.find({ name: zone.name, type }) !== undefined && view.find({ name: zone.name, type }) === undefined) {
      throw new Refusal(400, "invalidZoneApex", `The resource record set '${zone.name}. (${type})' is required.`);
    }
  }
  return changes;
}

function read(zone: Zone, { name, type, ttl, rrdatas, routingPolicy }: WireSet, path: string): RecordSet {
  const parsed = parseHostName(name);
  if (!name.endsWith(".") || !("name" in parsed) || !isWithin(parsed.name, zone.name))
    throw invalid(`${path}.name`, name);
  if (!TYPES.includes(type))
    throw SERVED_TYPES.includes(type)
      ? limit(`${type} record sets, only ${TYPES.join(", ")}`)
      : invalid(`${path}.type`, type);
  if (routingPolicy !== undefined && routingPolicy !== null) throw limit("routing policies");
  const values = rrdatas.map((data, index) => {
    const value = toStore(type, data);
    if (value === undefined || refusedValue(type, value) !== undefined) throw invalid(`${path}.rrdata[${index}]`, data);
    return value;
  });
  return { name: parsed.name, type, ttl, values };
}

function judgeAddition(
  { ttl, type, values, name }: RecordSet & { readonly name: Fqdn },
  wire: WireSet,
  path: string,
  atMost: number,
): void {
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > LONGEST_TTL) throw invalid(`${path}.ttl`, ttl);
  if (values.length === 0) throw required(`${path}.rrdata`);
  if (SINGLE_TYPES.has(type) && values.length > 1) throw invalid(`${path}.rrdata`, wire.rrdatas.join(", "));
  if (new Set(values.map((value) => canonicalValue(type, value))).size < values.length) {
    throw invalid(`${path}.rrdata`, `${name}: the same twice`);
  }
  if (values.length > atMost) {
    throw new Refusal(
      403,
      "quotaExceeded",
      `The resource '${path}' exceeds the quota of ${atMost} resource records per record set.`,
    );
  }
}

/** The order of a set says nothing. */
function sameValues(a: RecordSet, b: RecordSet): boolean {
  const texts = (set: RecordSet) => set.values.map((value) => canonicalValue(set.type, value)).sort();
  return JSON.stringify(texts(a)) === JSON.stringify(texts(b));
}

/** What Cloud DNS keeps and the emulator does not: no fault of the client's. */
function limit(what: string): Refusal {
  return new Refusal(400, "invalid", `The emulator's Cloud DNS keeps no ${what}.`);
}
