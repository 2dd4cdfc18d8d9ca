import { decodeData, type Rdata, typeName } from "./codec";
import { className, OPT, opcodeName, type RecordClass, rcodeName } from "./codes";
import { readName, type Steps, stepsFor, WireError } from "./names";

export { type Rdata, type SoaData, typeName, WireError } from "./codec";

/** `name` as on the wire, its case kept, without a final dot; the root is "". `type`: "TXT", "DS", "ANY", "TYPE65280". */
export interface Question {
  readonly name: string;
  readonly type: string;
  readonly class: RecordClass;
}

/** Names in lower case, also within the data. `ttl` in seconds, 0 where its top bit is set (RFC 2181 section 8). */
export type ResourceRecord = Rdata & { readonly name: string; readonly class: RecordClass; readonly ttl: number };

/** EDNS(0), RFC 6891: the OPT record, which does not appear among the additionals. */
interface Edns {
  readonly udpPayloadSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

/** A DNS message (RFC 1035 section 4). In a message of opcode UPDATE the sections are zone, prerequisite, update, additional. */
export interface Message {
  readonly id: number;
  readonly response: boolean;
  /** "QUERY", "NOTIFY", "UPDATE" or "OPCODE7". */
  readonly opcode: string;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** "NOERROR", "NXDOMAIN", … or "RCODE23"; with EDNS the extended code. */
  readonly rcode: string;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
}

const SMALLEST_QUESTION = 5;
const SMALLEST_RECORD = 11;

/**
 * Reads a message from the network. Never throws and never takes longer than the bytes are long: `undefined` for what
 * is no well-formed message (also for octets behind its end, two OPT records, names that hold no printable ASCII, and
 * names that point at one another so often that reading them takes more `steps`). `names`: with "dots" the labels of
 * questions and owners may have dots, which are escaped; with "plain" one makes it no message.
 */
export function decodeMessage(
  bytes: Uint8Array,
  steps?: Steps,
  names: "plain" | "dots" = "plain",
): Message | undefined {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || buffer.length > 0xffff) return undefined;
  try {
    return decode(buffer, steps ?? stepsFor(buffer), names === "dots" && names);
  } catch {
    // Whatever the bytes made the codecs trip over, they are not a message.
    return undefined;
  }
}

function decode(buffer: Buffer, steps: Steps, names: false | "dots"): Message | undefined {
  const questionCount = buffer.readUInt16BE(4);
  const counts = [buffer.readUInt16BE(6), buffer.readUInt16BE(8), buffer.readUInt16BE(10)] as const;
  const recordCount = counts[0] + counts[1] + counts[2];
  if (12 + questionCount * SMALLEST_QUESTION + recordCount * SMALLEST_RECORD > buffer.length) return undefined;

  let offset = 12;
  const questions: Question[] = [];
  for (let index = 0; index < questionCount; index++) {
    const { name, end } = readName(buffer, offset, steps, names);
    questions.push({ name, type: typeName(buffer.readUInt16BE(end)), class: className(buffer.readUInt16BE(end + 2)) });
    offset = end + 4;
  }

  let edns: (Edns & { readonly extendedRcode: number }) | undefined;
  const sections = counts.map((count, section) => {
    const records: ResourceRecord[] = [];
    for (let index = 0; index < count; index++) {
      const { name, end } = readName(buffer, offset, steps, names);
      const code = buffer.readUInt16BE(end);
      const classCode = buffer.readUInt16BE(end + 2);
      const ttl = buffer.readUInt32BE(end + 4);
      offset = end + 10 + buffer.readUInt16BE(end + 8);
      if (offset > buffer.length) throw new WireError("a record runs out of the message");
      if (code === OPT) {
        if (section !== 2 || name !== "" || edns) throw new WireError("a misplaced OPT record");
        edns = {
          udpPayloadSize: classCode,
          extendedRcode: ttl >>> 24,
          version: (ttl >>> 16) & 0xff,
          dnssecOk: (ttl & 0x8000) !== 0,
        };
        continue;
      }
      // Deletions in an UPDATE have a type and no data (RFC 2136 section 2.5), and are never of class IN.
      const data: Rdata =
        offset === end + 10 && className(classCode) !== "IN"
          ? { type: "OTHER", code, data: Buffer.alloc(0) }
          : decodeData(code, offset === buffer.length ? buffer : buffer.subarray(0, offset), end + 8, steps);
      records.push({ ...data, name: name.toLowerCase(), class: className(classCode), ttl: ttl > 0x7fffffff ? 0 : ttl });
    }
    return records;
  });
  if (offset !== buffer.length) return undefined;

  const flags = buffer.readUInt16BE(2);
  return {
    id: buffer.readUInt16BE(0),
    response: (flags & 0x8000) !== 0,
    opcode: opcodeName((flags >> 11) & 0xf),
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: rcodeName((flags & 0xf) | ((edns?.extendedRcode ?? 0) << 4)),
    questions,
    answers: sections[0] ?? [],
    authorities: sections[1] ?? [],
    additionals: sections[2] ?? [],
    edns: edns && { udpPayloadSize: edns.udpPayloadSize, version: edns.version, dnssecOk: edns.dnssecOk },
  };
}
