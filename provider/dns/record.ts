import { type Fqdn, parseFqdn, ROOT } from "../core/fqdn";
import { presentHost, presentMx, type RecordType } from "../wire/presentation";
import { quoteText, unquoteText } from "./txt";

export type { RecordType } from "../wire/presentation";

/** What a record says. `text`: unquoted, its strings joined, of any length. An `exchange` of the root: no mail (RFC 7505). */
export type RecordData =
  | { readonly type: "TXT"; readonly text: string }
  | { readonly type: "CNAME"; readonly target: Fqdn }
  | { readonly type: "MX"; readonly preference: number; readonly exchange: Fqdn };

/** `ttl` in seconds; it is no part of what is compared. */
export type DnsRecord = RecordData & { readonly name: Fqdn; readonly ttl: number };

/**
 * How a record shares its name.
 * - `with-others`: one value of a set; the others stay.
 * - `alone`: the only record of its type there. Another one is a conflict, and is not touched.
 * - `own-name`: the same, but the name holds a token that SES gave to us alone, so that a plain CNAME to another target, or
 *   one that the host does not answer with, is ours too and is replaced. For a CNAME only; else it means `alone`.
 * - `oneWithPrefix`: at most one TXT value that begins so. One of others is a conflict, and is not touched.
 */
export type Sharing = "with-others" | "alone" | "own-name" | { readonly oneWithPrefix: string };

/** A record to be made present. `sharing` is by default `with-others` for TXT, `alone` for CNAME and MX. */
export type WantedRecord = DnsRecord & { readonly sharing?: Sharing };

/** Names a record set (RFC 2181 section 5). */
export interface RecordKey {
  readonly name: Fqdn;
  readonly type: RecordType;
}

export const RECORD_TYPES: ReadonlySet<RecordType> = new Set(["TXT", "CNAME", "MX"]);

const WRITTEN: ReadonlySet<string> = RECORD_TYPES;

/** Whether records of the type are written and read here. */
export function isRecordType(type: string): type is RecordType {
  return WRITTEN.has(type);
}

const LARGEST_PREFERENCE = 65_535;

/** The data as a zone file has it (RFC 1035 section 5.1): `"text"`, `target.`, `10 exchange.`. */
export function presentation(data: RecordData): string {
  switch (data.type) {
    case "TXT":
      return quoteText(data.text, "decimal");
    case "CNAME":
      return presentHost(data.target);
    case "MX":
      return presentMx(data.preference, data.exchange);
  }
}

/** Reads the data of a zone file; undefined where it is not of the type. Every name is taken as whole, also without a final dot. */
export function parsePresentation(type: RecordType, text: string): RecordData | undefined {
  switch (type) {
    case "TXT":
      return text.trim() === "" ? undefined : { type, text: unquoteText(text, "decimal") };
    case "CNAME": {
      const target = readHost(text.trim());
      return target === undefined ? undefined : { type, target };
    }
    case "MX": {
      const [, preference = "", host = ""] = /^\s*(\d{1,5})\s+(\S+)\s*$/.exec(text) ?? [];
      return mxData(Number(preference), host);
    }
  }
}

/** An MX record from its two fields, as an API has them; undefined where they are none. */
export function mxData(preference: number, host: string): RecordData | undefined {
  const exchange = readHost(host);
  const fits = Number.isInteger(preference) && preference >= 0 && preference <= LARGEST_PREFERENCE;
  return exchange === undefined || !fits ? undefined : { type: "MX", preference, exchange };
}

/**
 * A host name as a host wrote it. Other people's records point at names that `parseFqdn` refuses (a slash, RFC 2317); those
 * are kept as they are, so that the record is seen.
 */
function readHost(text: string): Fqdn | undefined {
  if (text === ".") return ROOT;
  const parsed = parseFqdn(text);
  if ("name" in parsed) return parsed.name;
  return /^[\x21-\x7e]+$/.test(text) && !/^\.|\.\./.test(text)
    ? (text.replace(/\.$/, "").toLowerCase() as Fqdn)
    : undefined;
}

/** Equal for records of one type that say the same: names whatever their case, text octet by octet. */
export function comparable(data: RecordData): string {
  return data.type === "TXT" ? data.text : presentation(data);
}

export function sameData(a: RecordData, b: RecordData): boolean {
  return a.type === b.type && comparable(a) === comparable(b);
}

/** The records of one set as a host returned them: each data once, the first of equal ones. */
export function recordsOf(
  name: Fqdn,
  read: readonly { readonly data: RecordData | undefined; readonly ttl: number }[],
): readonly DnsRecord[] {
  const records = new Map<string, DnsRecord>();
  for (const { data, ttl } of read) {
    if (data !== undefined && !records.has(comparable(data))) records.set(comparable(data), { ...data, name, ttl });
  }
  return [...records.values()];
}

/** Tells record sets apart. */
export function keyText({ name, type }: RecordKey): string {
  return `${name} ${type}`;
}
