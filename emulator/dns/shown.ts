import type { Fqdn } from "../../provider/core/fqdn";
import type { RecordSet } from "../records";
import { readValue } from "../values/values";

/** Addresses of a name, as far as this server has them. */
export type FindAddresses = (name: Fqdn, type: "A" | "AAAA") => readonly string[];

/** The sets of one name that the name servers show: other ones in place of those that the host hides (`answersAs`). */
export function shown(sets: readonly RecordSet[], addressesOf: FindAddresses): readonly RecordSet[] {
  if (sets.every(({ answersAs }) => answersAs === undefined)) return sets;
  const byType = new Map<string, RecordSet>();
  const open: RecordSet[] = [];
  for (const set of sets) {
    if (set.answersAs === undefined) open.push(set);
    else
      for (const { type, values } of insteadOf(set, addressesOf))
        if (values.length > 0) byType.set(type, { name: set.name, type, ttl: set.ttl, values });
  }
  return [...open.filter(({ type }) => !byType.has(type)), ...byType.values()];
}

function insteadOf(set: RecordSet, addressesOf: FindAddresses): readonly Pick<RecordSet, "type" | "values">[] {
  if (set.answersAs !== "flattened") return set.answersAs ?? [];
  const target = readValue(set.type, set.values[0] ?? "");
  if (target.type !== "CNAME") return [];
  return (["A", "AAAA"] as const).map((type) => ({ type, values: addressesOf(target.target as Fqdn, type) }));
}
