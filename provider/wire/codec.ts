import { isIPv4, isIPv6 } from "node:net";
import * as packet from "dns-packet";
// @ts-expect-error: the library ships this table without a declaration
import * as typeTable from "dns-packet/types";
import { checkName, encodeEscaped, readName, type Steps, WireError } from "./names";

export { checkName, readName, WireError } from "./names";

/** What dns-packet's typed surface leaves out: one codec for names and one for each record type's RDATA. */
interface Codec<T> {
  encode: { (value: T, buffer: Buffer, offset: number): Buffer; bytes: number };
  decode: { (buffer: Buffer, offset: number): T; bytes: number };
}
interface Codecs {
  readonly a: Codec<string>;
  readonly aaaa: Codec<string>;
  readonly ns: Codec<string>;
  readonly cname: Codec<string>;
  readonly mx: Codec<{ preference?: number; exchange: string }>;
  readonly txt: Codec<Buffer[]>;
}
const codecs = packet as unknown as Codecs;
const types = typeTable as { toString(code: number): string; toType(name: string): number };

const LONGEST_STRING = 255;

/** Names as a zone file has them: a dot, a backslash or an octet that is no printable ASCII within a label is escaped. */
export interface SoaData {
  readonly type: "SOA";
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/**
 * RDATA by type. Names have no final dot; the root is "". A TXT record's `strings` hold one character for each octet
 * (latin1), so that any bytes survive; `Buffer.from(text, "latin1").toString("utf8")` reads UTF-8. All other types are
 * `OTHER`, by their number and their bytes (names within them may be compressed).
 */
export type Rdata =
  | { readonly type: "A" | "AAAA"; readonly address: string }
  | { readonly type: "NS" | "CNAME"; readonly target: string }
  | SoaData
  | { readonly type: "MX"; readonly preference: number; readonly exchange: string }
  | { readonly type: "TXT"; readonly strings: readonly string[] }
  | { readonly type: "OTHER"; readonly code: number; readonly data: Buffer };

const CODES = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28 } as const;
const CODES_BY_NAME = new Map<string, number>(Object.entries(CODES));

/** "TXT" for 16; what has no name is "TYPE65280" (RFC 3597 section 5). */
export function typeName(code: number): string {
  const name = types.toString(code);
  return name.startsWith("UNKNOWN_") ? `TYPE${code}` : name;
}

export function typeCode(name: string): number {
  const byNumber = /^TYPE\d{1,5}$/.test(name);
  const code = CODES_BY_NAME.get(name) ?? (byNumber ? Number(name.slice(4)) : types.toType(name));
  // Type 0 is reserved (RFC 6895 section 3.1), yet a question may bear it; the library says 0 for a name it does not know.
  if (!(code >= (byNumber ? 0 : 1) && code <= 0xffff)) throw new WireError(`"${name}" is not a record type`);
  return code;
}

export function codeOf(data: Rdata): number {
  return data.type === "OTHER" ? data.code : CODES[data.type];
}

const ends = (value: string) => (value === "" ? "." : value);

/** RDATA with its two octets of length in front. Throws `WireError`; leaves its argument alone. */
export function encodeData(data: Rdata): Buffer {
  switch (data.type) {
    case "A":
      if (!isIPv4(data.address)) throw new WireError(`"${data.address}" is not an IPv4 address`);
      return codecs.a.encode(data.address, Buffer.alloc(6), 0);
    case "AAAA":
      if (!isIPv6(data.address)) throw new WireError(`"${data.address}" is not an IPv6 address`);
      return codecs.aaaa.encode(data.address, Buffer.alloc(18), 0);
    case "NS":
    case "CNAME":
      checkName(data.target);
      return used(codecs[data.type === "NS" ? "ns" : "cname"], ends(data.target), data.target.length + 4);
    case "SOA":
      return encodeSoa(data);
    case "MX":
      checkName(data.exchange);
      checkNumber("an MX preference", data.preference, 0xffff);
      return used(codecs.mx, { preference: data.preference, exchange: ends(data.exchange) }, data.exchange.length + 6);
    case "TXT":
      return encodeStrings(data.strings);
    case "OTHER":
      return Buffer.concat([Buffer.from([data.data.length >> 8, data.data.length & 0xff]), data.data]);
  }
}

/** Throws `WireError` for what is no whole number from 0 to `most`. */
export function checkNumber(what: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new WireError(`${what} of ${value}; it is a whole number from 0 to ${most}`);
}

function encodeSoa({ mname, rname, ...numbers }: SoaData): Buffer {
  const fields = [numbers.serial, numbers.refresh, numbers.retry, numbers.expire, numbers.minimum];
  const tail = Buffer.alloc(4 * fields.length);
  for (const [index, field] of fields.entries()) {
    checkNumber("a number of a SOA record", field, 0xffffffff);
    tail.writeUInt32BE(field, 4 * index);
  }
  const data = Buffer.concat([encodeEscaped(mname), encodeEscaped(rname), tail]);
  return Buffer.concat([Buffer.from([data.length >> 8, data.length & 0xff]), data]);
}

function used<T>(codec: Pick<Codec<T>, "encode">, value: T, room: number): Buffer {
  const buffer = codec.encode(value, Buffer.alloc(room), 0);
  return buffer.subarray(0, codec.encode.bytes);
}

function encodeStrings(strings: readonly string[]): Buffer {
  if (strings.length === 0) throw new WireError("a TXT record needs at least one string");
  const parts = strings.map((string) => Buffer.from(string, "latin1"));
  for (const [index, part] of parts.entries()) {
    if (part.length > LONGEST_STRING) throw new WireError(`a TXT string of ${part.length} octets; 255 is the most`);
    if (/[^\0-\xff]/.test(strings[index] ?? "")) throw new WireError("a TXT string holds a character that is no octet");
  }
  const room = parts.reduce((sum, part) => sum + part.length + 1, 2);
  if (room > 0xffff) throw new WireError(`TXT data of ${room} octets; 65535 is the most`);
  return codecs.txt.encode(parts, Buffer.alloc(room), 0);
}

/**
 * Reads RDATA whose length field stands at `offset`; `message` must end where the record ends. Throws on anything
 * malformed, also where the data does not fill the length it declares (the library does not look), and once the steps
 * have been used up.
 */
export function decodeData(code: number, message: Buffer, offset: number, steps: Steps): Rdata {
  switch (code) {
    case CODES.A:
      return { type: "A", address: exact(codecs.a, message, offset) };
    case CODES.AAAA:
      return { type: "AAAA", address: exact(codecs.aaaa, message, offset) };
    case CODES.NS:
      return { type: "NS", target: wholeName(message, offset + 2, steps) };
    case CODES.CNAME:
      return { type: "CNAME", target: wholeName(message, offset + 2, steps) };
    case CODES.SOA:
      return readSoa(message, offset + 2, steps);
    case CODES.MX: {
      const exchange = wholeName(message, offset + 4, steps);
      return { type: "MX", preference: message.readUInt16BE(offset + 2), exchange };
    }
    case CODES.TXT: {
      const strings = exact(codecs.txt, message, offset).map((part) => part.toString("latin1"));
      if (strings.length === 0) throw new WireError("a TXT record without a string");
      return { type: "TXT", strings };
    }
    default:
      return { type: "OTHER", code, data: Buffer.from(message.subarray(offset + 2)) };
  }
}

function exact<T>(codec: Codec<T>, message: Buffer, offset: number): T {
  const value = codec.decode(message, offset);
  if (offset + codec.decode.bytes !== message.length) throw new WireError("RDATA does not fill its length");
  return value;
}

function readSoa(message: Buffer, offset: number, steps: Steps): SoaData {
  const mname = readName(message, offset, steps, true);
  const rname = readName(message, mname.end, steps, true);
  if (rname.end + 20 !== message.length) throw new WireError("RDATA does not fill its length");
  const number = (index: number) => message.readUInt32BE(rname.end + 4 * index);
  return {
    type: "SOA",
    mname: mname.name.toLowerCase(),
    rname: rname.name.toLowerCase(),
    serial: number(0),
    refresh: number(1),
    retry: number(2),
    expire: number(3),
    minimum: number(4),
  };
}

function wholeName(message: Buffer, offset: number, steps: Steps): string {
  const { name, end } = readName(message, offset, steps);
  if (end !== message.length) throw new WireError("a name does not fill its RDATA");
  return name.toLowerCase();
}
