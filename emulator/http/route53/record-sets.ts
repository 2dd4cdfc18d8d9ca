import type { Zone } from "../../zones";
import { AwsError } from "../errors";
import { queryOf } from "../message";
import type { Call } from "../service";
import type { XmlFields } from "../xml";
import { TYPES } from "./changes";
import { maxItems } from "./hosted-zones";
import { compare, readName, sortKey, writeName } from "./names";
import type { PendingChanges } from "./pending";
import { writeSet } from "./sets";

const MOST_SETS = 300;

/** ListResourceRecordSets: by reversed labels, type and identifier, from `name`, `type` and `identifier` on. */
export function listSets(zone: Zone, call: Call, pending: PendingChanges): XmlFields {
  const most = maxItems(call, MOST_SETS);
  const name = queryOf(call.request, "name");
  const type = queryOf(call.request, "type");
  const identifier = queryOf(call.request, "identifier");
  if (type !== undefined && name === undefined)
    throw new AwsError("InvalidInput", "Invalid request: A record type was specified without a record name");
  if (identifier !== undefined && type === undefined)
    throw new AwsError("InvalidInput", "Invalid request: A record identifier was specified without a record type");
  if (type !== undefined && !TYPES.has(type)) throw new AwsError("InvalidInput", `Invalid StartRecordType: ${type}`);
  if (identifier !== undefined && (identifier === "" || identifier.length > 128))
    throw new AwsError("InvalidInput", "Invalid StartRecordIdentifier: it has 1 to 128 characters");
  const from = [name === undefined ? "" : sortKey(readName(name, "InvalidInput")), type ?? "", identifier ?? ""];
  const sets = pending
    .view(zone)
    .all()
    .map((set) => ({ set, key: [sortKey(set.name), set.type, set.routing?.setIdentifier ?? ""] }))
    .filter(({ key }) => compareKeys(key, from) >= 0)
    .sort((left, right) => compareKeys(left.key, right.key))
    .map(({ set }) => set);
  const next = sets[most];
  const last = sets[most - 1];
  // Only where a routed set is cut in two (API_ListResourceRecordSets, NextRecordIdentifier).
  const cut = next && last?.name === next.name && last.type === next.type;
  return {
    ResourceRecordSets: { ResourceRecordSet: sets.slice(0, most).map(writeSet) },
    IsTruncated: next !== undefined,
    MaxItems: most,
    NextRecordName: next && writeName(next.name),
    NextRecordType: next?.type,
    NextRecordIdentifier: cut ? next.routing?.setIdentifier : undefined,
  };
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const order = compare(part, right[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}
