import { encodeName } from "../../provider/wire/names";
import { parseTxt } from "../text";
import { ValueError, type ValueReader } from "./reader";
import { readParameters } from "./svcb";

/** A type whose data the wire codec has as octets alone. */
interface Grammar {
  readonly code: number;
  /** RDATA without its length, names not compressed. Throws `ValueError`. */
  readonly read: (reader: ValueReader) => Buffer;
}

const U8 = 0xff;
const U16 = 0xffff;
const LONGEST_STRING = 255;
/** What is left of 65,535 octets of RDATA for a CAA record's value, whatever its tag. */
const LONGEST_CAA_VALUE = 65_000;

/** Octets of a digest by the number of its algorithm. */
type Digests = Readonly<Record<number, number>>;
/** SHA-1, SHA-256, SHA-384 (RFC 4034, RFC 4509, RFC 6605). */
const DS_DIGESTS: Digests = { 1: 20, 2: 32, 4: 48 };
/** SHA-1, SHA-256 (RFC 4255, RFC 6594). */
const SSHFP_DIGESTS: Digests = { 1: 20, 2: 32 };
/** SHA-256, SHA-512; with 0 the data is the whole certificate or key (RFC 6698 section 2.1.3). */
const TLSA_DIGESTS: Digests = { 1: 32, 2: 64 };

const octet = (value: number) => Buffer.from([value]);
const word = (value: number) => Buffer.from([value >> 8, value & 0xff]);
/** With its octet of length in front (RFC 1035 section 3.3). */
const counted = (text: string) => Buffer.concat([octet(text.length), Buffer.from(text, "latin1")]);

function numbers(reader: ValueReader, ...parts: readonly string[]): Buffer {
  return Buffer.concat(parts.map((part) => word(reader.number(part, U16))));
}

/** Octets, then a number that says what the rest of the value is, then the rest. */
function digested(reader: ValueReader, parts: readonly string[], kind: string, digests: Digests): Buffer {
  const head = parts.map((part) => octet(reader.number(part, U8)));
  const algorithm = reader.number(kind, U8);
  return Buffer.concat([...head, octet(algorithm), reader.hex("data", digests[algorithm])]);
}

function readCaa(reader: ValueReader): Buffer {
  const flags = reader.number("flags", U8);
  const tag = reader.word("tag");
  if (!/^[0-9a-z]{1,255}$/i.test(tag)) throw new ValueError(`its tag "${tag}" is not letters and digits`);
  const value = reader.string("value", LONGEST_CAA_VALUE);
  return Buffer.concat([octet(flags), counted(tag), Buffer.from(value, "latin1")]);
}

function readNaptr(reader: ValueReader): Buffer {
  const order = numbers(reader, "order", "preference");
  const flags = reader.string("flags");
  if (!/^[0-9a-z]*$/i.test(flags)) throw new ValueError(`its flags "${flags}" are not letters and digits`);
  const services = reader.string("services");
  const expression = reader.string("regular expression");
  const replacement = reader.name("replacement");
  if (expression !== "" && replacement !== "")
    throw new ValueError("it has both a regular expression and a replacement");
  return Buffer.concat([order, counted(flags), counted(services), counted(expression), encodeName(replacement)]);
}

function readSpf(reader: ValueReader): Buffer {
  const strings = parseTxt(reader.rest());
  if (!strings) throw new ValueError("its quotation marks or escapes are broken");
  const long = strings.find(({ length }) => length > LONGEST_STRING);
  if (long !== undefined)
    throw new ValueError(`it has a string of ${long.length} octets; ${LONGEST_STRING} is the most`);
  return Buffer.concat(strings.map(counted));
}

function readService(reader: ValueReader): Buffer {
  const priority = numbers(reader, "priority");
  return Buffer.concat([priority, encodeName(reader.name("target")), readParameters(reader.rest())]);
}

/** The types that hosts keep in addition to A, AAAA, CNAME, MX, NS, SOA and TXT. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = {
  PTR: { code: 12, read: (reader) => encodeName(reader.name("target")) },
  // RFC 2782.
  SRV: {
    code: 33,
    read: (reader) => Buffer.concat([numbers(reader, "priority", "weight", "port"), encodeName(reader.name("target"))]),
  },
  // RFC 3403 section 4.1.
  NAPTR: { code: 35, read: readNaptr },
  // RFC 4034 section 5.3.
  DS: {
    code: 43,
    read: (reader) =>
      Buffer.concat([numbers(reader, "key tag"), digested(reader, ["algorithm"], "digest type", DS_DIGESTS)]),
  },
  // RFC 4255 section 3.2.
  SSHFP: { code: 44, read: (reader) => digested(reader, ["algorithm"], "fingerprint type", SSHFP_DIGESTS) },
  // RFC 6698 section 2.2.
  TLSA: { code: 52, read: (reader) => digested(reader, ["usage", "selector"], "matching type", TLSA_DIGESTS) },
  // RFC 9460 section 2.1.
  SVCB: { code: 64, read: readService },
  HTTPS: { code: 65, read: readService },
  // RFC 7208 section 3.1 took it back; Route 53 still has it.
  SPF: { code: 99, read: readSpf },
  // RFC 8659 section 4.1.1.
  CAA: { code: 257, read: readCaa },
};
