import { isWithin } from "../../../provider/core/fqdn";
import { keyOf, openView } from "../../records";
import { canonicalValue, SINGLE_TYPES } from "../../values/values";
import type { Change, RecordSet, Zone, ZoneView } from "../../zones";
import { AwsError } from "../errors";
import { writeName } from "./names";
import { judgeRouting } from "./routing";
import type { AskedSet } from "./sets";
import { judgeValue } from "./values";

export interface AskedChange {
  readonly action: string;
  readonly set: AskedSet;
}

const MOST_RECORDS = 1000;
/** API reference, RRType. */
export const TYPES: ReadonlySet<string> = new Set(
  "SOA A TXT NS CNAME MX NAPTR PTR SRV SPF AAAA CAA DS TLSA SSHFP SVCB HTTPS".split(" "),
);

/**
 * Judges a batch as a whole against the zone as it is, each change against what those before it leave
 * (API_ChangeResourceRecordSets). Throws `AwsError`: InvalidInput for a change that says too little, InvalidChangeBatch
 * with every refusal. Returns what to store.
 */
export function judgeBatch(zone: Zone, view: ZoneView, batch: readonly AskedChange[]): readonly Change[] {
  for (const change of batch) judgeShape(change);
  const count = batch.reduce((sum, { action, set }) => sum + set.values.length * (action === "UPSERT" ? 2 : 1), 0);
  if (count > MOST_RECORDS) throw invalidBatch([`Number of records limit of ${MOST_RECORDS} exceeded.`]);

  const problems = conflicting(batch);
  const work = openView(zone.name, view.all());
  const changes: Change[] = [];
  for (const { action, set: asked } of batch) {
    const { name, type, ttl = 0, values, routing } = asked;
    const set: RecordSet = { name, type, ttl, values, ...(routing ? { routing } : {}) };
    const key = keyOf(set);
    const present = work.find(key);
    const found = action === "DELETE" ? judgeDelete(set, present) : judgePut(zone, work, set, present, action);
    problems.push(...found);
    if (found.length > 0) continue;
    if (action === "DELETE") {
      work.delete(key);
      changes.push({ action: "delete", key });
    } else {
      work.put(set);
      changes.push({ action: "put", set });
    }
  }
  problems.push(...judgeApex(zone, work));
  if (problems.length > 0) throw invalidBatch(problems);
  return changes;
}

function invalidBatch(messages: readonly string[]): AwsError {
  return new AwsError("InvalidChangeBatch", `[${messages.join(", ")}]`, 400);
}

function judgeShape({ action, set }: AskedChange): void {
  const where = `Change with [Action=${action}, Name=${writeName(set.name)}, Type=${set.type}, SetIdentifier=${set.routing?.setIdentifier ?? "null"}]`;
  if (!["CREATE", "DELETE", "UPSERT"].includes(action))
    throw new AwsError(
      "InvalidInput",
      `Invalid XML ; cvc-enumeration-valid: Value '${action}' is not facet-valid with respect to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the enumeration.`,
    );
  if (!TYPES.has(set.type))
    throw new AwsError(
      "InvalidInput",
      `Invalid XML ; Value '${set.type}' is not facet-valid with respect to enumeration`,
    );
  if (set.alias)
    throw new AwsError("InvalidInput", `The emulator keeps no alias records: found AliasTarget in ${where}`);
  if (set.ttl === undefined && set.values.length === 0)
    throw new AwsError(
      "InvalidInput",
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in ${where}`,
    );
  if (set.ttl === undefined || set.values.length === 0)
    throw new AwsError(
      "InvalidInput",
      `Invalid request: Missing field '${set.ttl === undefined ? "TTL" : "ResourceRecords"}' in ${where}`,
    );
  if (!Number.isInteger(set.ttl) || set.ttl < 0 || set.ttl > 0x7fffffff)
    throw new AwsError("InvalidInput", `Invalid TTL in ${where}`);
  judgeRouting(set, action, where);
}

/** Two changes of one set are only good as a DELETE before a CREATE. */
function conflicting(batch: readonly AskedChange[]): string[] {
  const seen = new Map<string, string[]>();
  for (const { action, set } of batch) {
    const key = `${set.type} ${writeName(set.name)} ${set.routing?.setIdentifier ?? ""}`;
    seen.set(key, [...(seen.get(key) ?? []), action]);
  }
  return [...seen]
    .filter(([, actions]) => actions.length > 1 && actions.join(" ") !== "DELETE CREATE")
    .map(([key]) => {
      const [type, name] = key.split(" ");
      return `The request contains an invalid set of changes for a resource record set '${type} ${name}'`;
    });
}

function describe(set: RecordSet): string {
  const identifier = set.routing ? `, set identifier='${set.routing.setIdentifier}'` : "";
  return `[name='${writeName(set.name)}', type='${set.type}'${identifier}]`;
}

function judgeDelete(set: RecordSet, present: RecordSet | undefined): string[] {
  if (!present) return [`Tried to delete resource record set ${describe(set)} but it was not found`];
  const same = set.ttl === present.ttl && sameValues(set, present) && sameRouting(set, present);
  return same
    ? []
    : [`Tried to delete resource record set ${describe(set)} but the values provided do not match the current values`];
}

function sameValues(left: RecordSet, right: RecordSet): boolean {
  const canonical = (set: RecordSet) => set.values.map((value) => canonicalValue(set.type, value)).sort();
  return JSON.stringify(canonical(left)) === JSON.stringify(canonical(right));
}

/** `multiValueAnswer` may be left out of a DELETE; nothing else may. */
function sameRouting(asked: RecordSet, present: RecordSet): boolean {
  const sorted = ({ routing }: RecordSet) =>
    JSON.stringify(
      Object.entries(routing ?? {})
        .filter(([field]) => field !== "multiValueAnswer")
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  const told = asked.routing?.multiValueAnswer;
  return (
    sorted(asked) === sorted(present) &&
    (told ?? present.routing?.multiValueAnswer) === present.routing?.multiValueAnswer
  );
}

function judgePut(
  zone: Zone,
  view: ZoneView,
  set: RecordSet,
  present: RecordSet | undefined,
  action: string,
): string[] {
  const name = writeName(set.name);
  const apex = writeName(zone.name);
  if (!isWithin(set.name, zone.name)) return [`RRSet with DNS name ${name} is not permitted in zone ${apex}`];
  const problems = set.values.flatMap((value) => judgeValue(set.type, value) ?? []);
  const seen = new Set<string>();
  for (const value of set.values) {
    const canonical = canonicalValue(set.type, value);
    if (seen.has(canonical)) problems.push(`Duplicate Resource Record: '${value}'`);
    seen.add(canonical);
  }
  if (SINGLE_TYPES.has(set.type) && set.values.length > 1)
    problems.push(`RRSet of type ${set.type} with DNS name ${name} has ${set.values.length} values, and may have one`);
  if (set.type === "SOA" && set.name !== zone.name)
    problems.push(`RRSet of type SOA with DNS name ${name} is only permitted at apex in zone ${apex}`);
  if (present && action === "CREATE") {
    problems.push(`Tried to create resource record set ${describe(set)} but it already exists`);
    return problems;
  }
  const siblings = view.at(set.name).filter((one) => one !== present);
  const routed = siblings.find((one) => one.type === set.type && kindOf(one) !== kindOf(set));
  if (routed)
    problems.push(
      `RRSet with DNS name ${name}, type ${set.type}, SetIdentifier ${set.routing ? `"${set.routing.setIdentifier}"` : "null"} cannot be created because a non ${kindOf(set)} rrset exists with the same name and type.`,
    );
  const twin = siblings.find(
    (one) => one.type === set.type && targetOf(one) !== undefined && targetOf(one) === targetOf(set),
  );
  if (twin) problems.push(`RRSet ${describe(set)} has the same routing as ${describe(twin)}`);
  if (set.type === "CNAME" && set.name === zone.name)
    problems.push(`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${apex}`);
  else if (set.type === "CNAME" && siblings.some((one) => one.type !== "CNAME"))
    problems.push(
      `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${apex}`,
    );
  else if (set.type !== "CNAME" && siblings.some((one) => one.type === "CNAME"))
    problems.push(
      `RRSet of type ${set.type} with DNS name ${name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${apex}`,
    );
  return problems;
}

/** For what a set with a routing policy answers, which only one set of its name and type may; `undefined` where several may. */
function targetOf({ routing }: RecordSet): string | undefined {
  const target = routing?.Region ?? routing?.Failover ?? routing?.GeoLocation;
  return target === undefined ? undefined : JSON.stringify(target);
}

function kindOf({ routing }: RecordSet): string {
  if (!routing) return "simple";
  if (routing.multiValueAnswer !== undefined) return "multivalue answer";
  if (routing.weight !== undefined) return "weighted";
  if (routing.Failover !== undefined) return "failover";
  return routing.Region === undefined ? "geolocation" : "latency";
}

function judgeApex(zone: Zone, view: ZoneView): string[] {
  const has = (type: string) => view.find({ name: zone.name, type }) !== undefined;
  return [
    ...(has("SOA") ? [] : ["A HostedZone must contain exactly one SOA record."]),
    ...(has("NS") ? [] : ["A HostedZone must contain at least one NS record for the zone itself."]),
  ];
}
