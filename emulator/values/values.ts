import type { Fqdn } from "../../provider/core/fqdn";
import { encodeData, typeCode } from "../../provider/wire/codec";
import { type Rdata, typeName, WireError } from "../../provider/wire/message";
import { labelsOf } from "../../provider/wire/names";
import { parseTxt } from "../text";
import { GRAMMARS } from "./grammar";
import { openReader, ValueError, type ValueReader } from "./reader";
import { typeOfStore } from "./types";

type Typed = Exclude<Rdata, { readonly type: "OTHER" }>;

const U16 = 0xffff;
const U32 = 0xffffffff;

const TYPED: Readonly<Record<Typed["type"], (reader: ValueReader) => Typed>> = {
  A: (reader) => ({ type: "A", address: reader.word("address") }),
  AAAA: (reader) => ({ type: "AAAA", address: reader.word("address") }),
  NS: (reader) => ({ type: "NS", target: targetOf(reader, "name server") }),
  CNAME: (reader) => ({ type: "CNAME", target: targetOf(reader, "target") }),
  // RFC 7505: `0 .` says that there is no mail.
  MX: (reader) => ({
    type: "MX",
    preference: reader.number("preference", U16),
    exchange: targetOf(reader, "exchange"),
  }),
  TXT(reader) {
    const strings = parseTxt(reader.rest());
    if (!strings) throw new ValueError("its quotation marks or escapes are broken");
    return { type: "TXT", strings };
  },
  SOA: (reader) => ({
    type: "SOA",
    mname: zoneFileName(reader.name("primary name server")),
    rname: zoneFileName(reader.name("mailbox")),
    serial: reader.number("serial", U32),
    refresh: reader.number("refresh time", U32),
    retry: reader.number("retry time", U32),
    expire: reader.number("expire time", U32),
    minimum: reader.number("minimum", U32),
  }),
};

/** The types that the emulator's name servers serve. */
export const SERVED_TYPES: readonly string[] = [...Object.keys(TYPED), ...Object.keys(GRAMMARS)];

/** Types of which a name has one value (RFC 2181 section 10.1, RFC 1035 section 6.1.2.1). */
export const SINGLE_TYPES: ReadonlySet<string> = new Set(["CNAME", "SOA"]);

/**
 * A value as it goes on the wire. Its text is in presentation format, with octal escapes (`RecordSet` in records.ts); of
 * a type that is not among `SERVED_TYPES` it is `\# LENGTH HEX` (RFC 3597 section 5). Throws `ValueError` or `WireError`
 * where no record can have it.
 */
export function readValue(type: string, value: string): Rdata {
  const reader = openReader(value);
  const data = isTyped(type) ? TYPED[type](reader) : readOther(type, value, reader);
  reader.end();
  return data;
}

/** Why no record of the type can have this value, as a clause; `undefined` where one can. */
export function refusedValue(type: string, value: string): string | undefined {
  try {
    encodeData(readValue(type, value));
    return undefined;
  } catch (error) {
    if (error instanceof ValueError || error instanceof WireError) return error.message;
    throw error;
  }
}

/** Why these values cannot make one set, each of them being good; `undefined` where they can. */
export function refusedSet(type: string, values: readonly string[]): string | undefined {
  if (SINGLE_TYPES.has(type) && values.length > 1) return `a name has one ${type} record`;
  const same = new Set(values.map((value) => canonicalValue(type, value)));
  return same.size < values.length ? "it has the same value twice" : undefined;
}

/** The same text for values that are the same record (RFC 2181 section 5); a value that is none stays itself. */
export function canonicalValue(type: string, value: string): string {
  try {
    return encodeData(readValue(type, value)).toString("hex");
  } catch {
    // It is judged elsewhere.
    return value.trim();
  }
}

function readOther(type: string, value: string, reader: ValueReader): Rdata {
  const grammar = Object.hasOwn(GRAMMARS, type) ? GRAMMARS[type] : undefined;
  if (!grammar && /^\\#(\s|$)/.test(value.trim())) return readGeneric(type, reader);
  if (!grammar) throw new ValueError(`the emulator serves no ${type} records; it serves ${SERVED_TYPES.join(", ")}`);
  const data = grammar.read(reader);
  if (data.length > U16) throw new ValueError(`it has ${data.length} octets on the wire; ${U16} are the most`);
  return { type: "OTHER", code: grammar.code, data };
}

function isTyped(type: string): type is Typed["type"] {
  return Object.hasOwn(TYPED, type);
}

function readGeneric(type: string, reader: ValueReader): Rdata {
  reader.word("mark");
  const length = reader.number("length", U16);
  const data = length === 0 ? Buffer.alloc(0) : reader.hex("data", length);
  return { type: "OTHER", code: dataCode(type), data };
}

/** Throws `WireError` or `ValueError` for what is no type that data has (RFC 6895 section 3.1). */
function dataCode(type: string): number {
  const code = typeCode(type);
  const written = typeOfStore(typeName(code));
  if (written !== type) throw new ValueError(`${type} is written ${written}`);
  if (code === 0 || code === 41 || (code >= 128 && code <= 255)) throw new ValueError(`${type} is no type of data`);
  return code;
}

/** The wire codec writes no dot within a label of these types' names. */
function targetOf(reader: ValueReader, what: string): Fqdn {
  const name = reader.name(what);
  if (/\\[.\\]/.test(name)) throw new ValueError(`its ${what} has a dot or two backslashes within a label`);
  return name;
}

/** As the codec takes the names of a SOA record: a dot or a backslash within a label is escaped. */
function zoneFileName(name: string): string {
  if (!name.includes("\\")) return name;
  const escaped = (octet: number) => String.fromCharCode(octet).replace(/[.\\]/, "\\$&");
  return labelsOf(name)
    .map((label) => label.map(escaped).join(""))
    .join(".");
}
