import type { Fqdn } from "../../core/fqdn";
import type { TxtValue } from "../backend";
import { quoteText } from "../txt";

/**
 * The value as a line of a zone file (RFC 1035 section 5.1). The name ends in a dot: it is whole, and no panel or zone
 * file puts the zone's name behind it once more.
 */
export function zoneFileLine({ name, ttl, value }: TxtValue): string {
  return `${absolute(name)} ${ttl} IN TXT ${quoteText(value, "decimal")}`;
}

/** The values as a table with a head; the text itself, without quotes, as a panel's field takes it. */
export function recordTable(values: readonly TxtValue[]): string {
  const rows = [
    ["NAME", "TYPE", "TTL", "VALUE"],
    ...values.map(({ name, ttl, value }) => [absolute(name), "TXT", String(ttl), value]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function absolute(name: Fqdn): string {
  return `${name}.`;
}

/** What to publish by hand. */
export function publishText(values: readonly TxtValue[], multipleValues: boolean): string {
  const names = [...new Set(values.map(({ name }) => name))];
  const several = multipleValues && names.length < values.length;
  return [
    `Publish ${values.length === 1 ? "this record" : "these records"} at the DNS host, beside what is there:`,
    recordTable(values),
    "As zone-file lines:",
    ...values.map(zoneFileLine),
    ...(several
      ? ["Values of one name are one record set: each is a TXT record of its own, none replaces another."]
      : []),
    "The names are whole. A panel that puts the zone's name behind a name by itself wants the part in front of it only.",
  ].join("\n");
}

/** What may be taken away by hand. */
export function deleteText(values: readonly TxtValue[]): string {
  return [
    `${values.length === 1 ? "This record is" : "These records are"} no longer needed and may be deleted at the DNS host; leave other values of the same name:`,
    recordTable(values),
  ].join("\n");
}
