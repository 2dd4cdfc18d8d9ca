import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import type { RecordSet, ZoneView } from "../../../emulator/zones";
import type { Fqdn } from "../../../provider/core/fqdn";
import { type DnsRecord, parsePresentation, presentation, type RecordType } from "../../../provider/dns/record";
import { unquoteText } from "../../../provider/dns/txt";

/** What a record says, in short: text, or the data as a zone file has it. */
function textOf(record: DnsRecord): string {
  return record.type === "TXT" ? record.text : presentation(record);
}

export function textsOf(records: readonly DnsRecord[]): string[] {
  return records.map(textOf);
}

/** The other way. */
export function recordOf(type: RecordType, name: Fqdn, value: string, ttl = 300): DnsRecord {
  if (type === "TXT") return { type, name, text: value, ttl };
  const data = parsePresentation(type, value);
  assert.ok(data, `not the data of a ${type} record: ${value}`);
  return { ...data, name, ttl };
}

/** A value as the emulator's zone store has it. */
export function storedValue(type: RecordType, value: string): string {
  return type === "TXT" ? txt(value) : value;
}

/** What the emulator's zone store has, as a witness tells it. */
export function witnessedIn(
  set: RecordSet | undefined,
  type: RecordType,
): { values: string[]; ttl: number | undefined } {
  const values = (set?.values ?? []).map((value) =>
    type === "TXT" ? unquoteText(value, "octal") : textOf(recordOf(type, "" as Fqdn, value)),
  );
  return { values, ttl: set?.ttl };
}

/** Every set of a zone of the emulator but its SOA, a line a set, as `BackendHost.dump` has it. */
export function dumped(view: ZoneView): readonly string[] {
  const sets = view.all().filter(({ type }) => type !== "SOA");
  return sets
    .map(({ name, type, ttl, values, routing }) => `${name} ${type} ${ttl} ${JSON.stringify([routing, values])}`)
    .sort();
}
