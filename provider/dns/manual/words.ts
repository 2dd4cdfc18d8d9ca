import type { Fqdn } from "../../core/fqdn";
import { type DnsRecord, keyText, presentation } from "../record";

/**
 * The record as a line of a zone file (RFC 1035 section 5.1). The name ends in a dot: it is whole, and no panel or zone
 * file puts the zone's name behind it once more.
 */
export function zoneFileLine(record: DnsRecord): string {
  return `${absolute(record.name)} ${record.ttl} IN ${record.type} ${presentation(record)}`;
}

/** The records as a table with a head; text itself, without quotes, as a panel's field takes it. */
export function recordTable(records: readonly DnsRecord[]): string {
  const rows = [
    ["NAME", "TYPE", "TTL", "VALUE"],
    ...records.map((record) => [
      absolute(record.name),
      record.type,
      String(record.ttl),
      record.type === "TXT" ? record.text : presentation(record),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function absolute(name: Fqdn): string {
  return `${name}.`;
}

/** What to publish by hand. */
export function publishText(records: readonly DnsRecord[], multipleValues: boolean): string {
  const shared = records.find((one) => records.some((other) => other !== one && keyText(other) === keyText(one)));
  return [
    `Publish ${records.length === 1 ? "this record" : "these records"} at the DNS host, in addition to the existing records:`,
    recordTable(records),
    "As zone-file lines:",
    ...records.map(zoneFileLine),
    ...(multipleValues && shared !== undefined
      ? [`Values of one name are one record set: each is a ${shared.type} record of its own, none replaces another.`]
      : []),
    ...alone(records),
    "The names are complete. If the panel appends the zone's name by itself, enter only the part before it.",
  ].join("\n");
}

/** What a person has to know of types that share no name, or no set. */
function alone(records: readonly DnsRecord[]): readonly string[] {
  const has = (type: DnsRecord["type"]) => records.some((record) => record.type === type);
  return [
    ...(has("CNAME")
      ? ["A CNAME is the only record of its name. Where the host offers to proxy or flatten it, turn that off."]
      : []),
    ...(has("MX") ? ["The MX record has to be the only one of its name. If there is another, use another name."] : []),
  ];
}

/** What may be taken away by hand. */
export function deleteText(records: readonly DnsRecord[]): string {
  return [
    `${records.length === 1 ? "This record is" : "These records are"} no longer needed and may be deleted at the DNS host; leave other values of the same name:`,
    recordTable(records),
  ].join("\n");
}
