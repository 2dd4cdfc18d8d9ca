import { isIPv4, isIPv6 } from "node:net";
import * as packet from "dns-packet";
// @ts-expect-error: the library ships this table without a declaration
import * as typeTable from "dns-packet/types";

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
  readonly soa: Codec<Omit<SoaData, "type"> & object>;
  readonly mx: Codec<{ preference?: number; exchange: string }>;
  readonly txt: Codec<Buffer[]>;
}
const codecs = packet as unknown as Codecs;
const types = typeTable as { toString(code: number): string; toType(name: string): number };

/** Octets that a name may take (RFC 1035 section 2.3.4), and its text without the final dot. */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
const LONGEST_STRING = 255;

/** A message that may not be put on the wire: the caller's mistake. */
export class WireError extends RangeError {
  override readonly name = "WireError";
}

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
export type RecordData =
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
  const code = CODES_BY_NAME.get(name) ?? (/^TYPE\d{1,5}$/.test(name) ? Number(name.slice(4)) : types.toType(name));
  if (!(code > 0 && code <= 0xffff)) throw new WireError(`"${name}" is not a record type`);
  return code;
}

export function codeOf(data: RecordData): number {
  return data.type === "OTHER" ? data.code : CODES[data.type];
}

/** Throws `WireError` unless the name fits the wire: printable ASCII, labels of 1 to 63 octets, 253 in all. */
export function checkName(name: string): void {
  if (name === "") return;
  if (name.length > LONGEST_NAME) throw new WireError(`a name of ${name.length} characters does not fit a message`);
  if (!/^[\x21-\x7e]+$/.test(name)) throw new WireError(`the name ${JSON.stringify(name)} is not printable ASCII`);
  for (const label of name.split(".")) {
    if (label === "" || label.length > LONGEST_LABEL)
      throw new WireError(`the name "${name}" has a label of ${label.length} octets`);
  }
}

const ends = (value: string) => (value === "" ? "." : value);
const trim = (value: string) => (value === "." ? "" : value.toLowerCase());

/** RDATA with its two octets of length in front. Throws `WireError`; leaves its argument alone. */
export function encodeData(data: RecordData): Buffer {
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
      checkName(data.mname);
      checkName(data.rname);
      return used(
        codecs.soa,
        { ...data, mname: ends(data.mname), rname: ends(data.rname) },
        data.mname.length + data.rname.length + 26,
      );
    case "MX":
      checkName(data.exchange);
      return used(codecs.mx, { preference: data.preference, exchange: ends(data.exchange) }, data.exchange.length + 6);
    case "TXT":
      return encodeStrings(data.strings);
    case "OTHER":
      return Buffer.concat([Buffer.from([data.data.length >> 8, data.data.length & 0xff]), data.data]);
  }
}

function used<T>(codec: Codec<T>, value: T, room: number): Buffer {
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
 * malformed, also where the data does not fill the length it declares (the library does not look).
 */
export function decodeData(code: number, message: Buffer, offset: number): RecordData {
  const exact = <T>(codec: Codec<T>): T => {
    const value = codec.decode(message, offset);
    if (offset + codec.decode.bytes !== message.length) throw new WireError("RDATA does not fill its length");
    return value;
  };
  switch (code) {
    case CODES.A:
      return { type: "A", address: exact(codecs.a) };
    case CODES.AAAA:
      return { type: "AAAA", address: exact(codecs.aaaa) };
    case CODES.NS:
      return { type: "NS", target: wholeName(message, offset + 2) };
    case CODES.CNAME:
      return { type: "CNAME", target: wholeName(message, offset + 2) };
    case CODES.SOA: {
      const soa = exact(codecs.soa);
      return { ...soa, type: "SOA", mname: trim(soa.mname), rname: trim(soa.rname) };
    }
    case CODES.MX: {
      const exchange = wholeName(message, offset + 4);
      return { type: "MX", preference: message.readUInt16BE(offset + 2), exchange };
    }
    case CODES.TXT:
      return { type: "TXT", strings: exact(codecs.txt).map((part) => part.toString("latin1")) };
    default:
      return { type: "OTHER", code, data: Buffer.from(message.subarray(offset + 2)) };
  }
}

function wholeName(message: Buffer, offset: number): string {
  const { name, end } = readName(message, offset);
  if (end !== message.length) throw new WireError("a name does not fill its RDATA");
  return name.toLowerCase();
}

/**
 * A name in a message, as sent, and the offset behind it. Pointers lead strictly backwards, so it always ends. Throws
 * where it runs out of the message, points forward, is too long, or holds octets that its text could not tell apart (a
 * dot within a label) or that are no printable ASCII.
 */
export function readName(message: Buffer, start: number): { readonly name: string; readonly end: number } {
  let name = "";
  let end = -1;
  let offset = start;
  let before = start;
  for (;;) {
    const length = message[offset];
    if (length === undefined) throw new WireError("a name runs out of the message");
    offset += 1;
    if (length === 0) return { name, end: end < 0 ? offset : end };
    if (length > LONGEST_LABEL) {
      const target = message.readUInt16BE(offset - 1) - 0xc000;
      if (target < 0 || target >= before) throw new WireError("a bad label or pointer");
      if (end < 0) end = offset + 1;
      before = target;
      offset = target;
      continue;
    }
    if (offset + length > message.length) throw new WireError("a name runs out of the message");
    if (name !== "") name += ".";
    for (let index = offset; index < offset + length; index++) {
      const octet = message[index] ?? 0;
      if (octet <= 0x20 || octet >= 0x7f || octet === 0x2e) throw new WireError("a name that is not printable ASCII");
      name += String.fromCharCode(octet);
    }
    if (name.length > LONGEST_NAME) throw new WireError("a name is too long");
    offset += length;
  }
}
