import type { Emulator } from "../../../emulator";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";

/** The record sets of one zone at the emulator, changed as another person does. */
export interface ZoneRecords {
  /** `name TYPE value`, a line each, in order. */
  dump(): readonly string[];
  /** Of one set; none where there is no such set. */
  values(name: string, type: string): readonly string[];
  put(name: string, type: string, ...values: readonly string[]): void;
  remove(name: string, type: string): void;
}

export function recordsOf(emulator: Emulator, zone: Fqdn): ZoneRecords {
  const found = emulator.zones.named(zone);
  if (found === undefined) throw new Error(`no zone ${zone}`);
  const { id } = found;
  return {
    dump: () =>
      emulator.zones
        .view(id)
        .all()
        .filter(({ type }) => type !== "SOA" && type !== "NS")
        .flatMap(({ name, type, values }) => values.map((value) => `${name} ${type} ${value}`))
        .sort(),
    values: (name, type) => emulator.zones.view(id).find({ name: fqdn(name), type })?.values ?? [],
    put: (name, type, ...values) =>
      emulator.zones.change(id, [{ action: "put", set: { name: fqdn(name), type, ttl: 300, values } }]),
    remove: (name, type) => emulator.zones.change(id, [{ action: "delete", key: { name: fqdn(name), type } }]),
  };
}
