import { checkName, checkNumber, codeOf, encodeData, typeCode, WireError } from "./codec";
import { classCode, OPT, opcodeCode, rcodeCode } from "./codes";
import type { Message } from "./message";
import { encodeName } from "./names";

/** Everything that is left out is empty, false, "QUERY" or "NOERROR". */
export type MessageParts = Pick<Message, "id"> & { readonly [K in keyof Omit<Message, "id">]?: Message[K] };

export interface QueryOptions {
  readonly id: number;
  readonly name: string;
  /** "TXT", "NS", "DS", … */
  readonly type: string;
  /** Default false. */
  readonly recursionDesired?: boolean;
  /** Whether to send an OPT record. Default true. */
  readonly edns?: boolean;
  /** What the asker can take over UDP, in octets. Default 1232 (DNS Flag Day 2020). */
  readonly udpPayloadSize?: number;
  /** Ask a validating resolver for the data as it is (RFC 4035 section 3.2.2). Default false. */
  readonly checkingDisabled?: boolean;
  /** Ask a validating resolver to say whether the data is authentic (RFC 6840 section 5.7). Default false. */
  readonly authenticData?: boolean;
}

/** A whole message, owner names compressed. Throws `WireError` for what does not fit; never touches what it is handed. */
export function encodeMessage(parts: MessageParts): Buffer {
  const rcode = rcodeCode(parts.rcode ?? "NOERROR");
  if (rcode > 0xf && !parts.edns) throw new WireError(`the response code ${parts.rcode} needs EDNS`);
  const questions = parts.questions ?? [];
  const sections = [parts.answers ?? [], parts.authorities ?? [], parts.additionals ?? []] as const;

  const flags =
    (parts.response ? 0x8000 : 0) |
    (opcodeCode(parts.opcode ?? "QUERY") << 11) |
    (parts.authoritative ? 0x0400 : 0) |
    (parts.truncated ? 0x0200 : 0) |
    (parts.recursionDesired ? 0x0100 : 0) |
    (parts.recursionAvailable ? 0x0080 : 0) |
    (parts.authenticData ? 0x0020 : 0) |
    (parts.checkingDisabled ? 0x0010 : 0) |
    (rcode & 0xf);
  writer.begin();
  writer.word(parts.id);
  writer.word(flags);
  writer.word(questions.length);
  writer.word(sections[0].length);
  writer.word(sections[1].length);
  writer.word(sections[2].length + (parts.edns ? 1 : 0));
  for (const question of questions) {
    writer.name(question.name);
    writer.word(typeCode(question.type));
    writer.word(classCode(question.class));
  }
  for (const section of sections) {
    for (const record of section) {
      checkNumber("a TTL", record.ttl, 0xffffffff);
      writer.name(record.name);
      writer.word(codeOf(record));
      writer.word(classCode(record.class));
      writer.word((record.ttl >>> 16) & 0xffff);
      writer.word(record.ttl & 0xffff);
      writer.bytes(encodeData(record));
    }
  }
  if (parts.edns) {
    const { udpPayloadSize, version, dnssecOk } = parts.edns;
    writer.name("");
    writer.word(OPT);
    writer.word(udpPayloadSize);
    writer.word(((rcode >> 4) << 8) | version);
    writer.word(dnssecOk ? 0x8000 : 0);
    writer.word(0);
  }
  return writer.end();
}

/** One question, ready to send. Throws `WireError` where the name or the type does not fit a message. */
export function encodeQuery(options: QueryOptions): Buffer {
  const edns = { udpPayloadSize: options.udpPayloadSize ?? 1232, version: 0, dnssecOk: false };
  return encodeMessage({
    id: options.id,
    recursionDesired: options.recursionDesired ?? false,
    checkingDisabled: options.checkingDisabled ?? false,
    authenticData: options.authenticData ?? false,
    questions: [{ name: options.name, type: options.type, class: "IN" }],
    edns: (options.edns ?? true) ? edns : undefined,
  });
}

const LARGEST = 0xffff;

/** Encoding never yields, so that one writer serves every message; `end` copies what was written. */
const writer = openWriter();

function openWriter() {
  const octets = Buffer.alloc(LARGEST);
  const suffixes = new Map<string, number>();
  let at = 0;
  const room = (count: number) => {
    if (at + count > LARGEST) throw new WireError(`a message of over ${at + count} octets; ${LARGEST} is the most`);
  };
  const word = (value: number) => {
    octets[at++] = value >>> 8;
    octets[at++] = value & 0xff;
  };
  return {
    begin() {
      at = 0;
      suffixes.clear();
    },
    word(value: number) {
      checkNumber("a field of 16 bits", value, 0xffff);
      room(2);
      word(value);
    },
    bytes(bytes: Buffer) {
      room(bytes.length);
      at += bytes.copy(octets, at);
    },
    /** With a pointer to where its longest known suffix stands (RFC 1035 section 4.1.4). */
    name(name: string) {
      checkName(name);
      if (name.includes("\\")) {
        this.bytes(encodeName(name));
        return;
      }
      room(name.length + 2);
      for (let from = 0; from < name.length; ) {
        const rest = from === 0 ? name : name.slice(from);
        const known = suffixes.get(rest);
        if (known !== undefined) {
          word(0xc000 | known);
          return;
        }
        if (at < 0x4000) suffixes.set(rest, at);
        const dot = name.indexOf(".", from);
        const to = dot < 0 ? name.length : dot;
        octets[at++] = to - from;
        while (from < to) octets[at++] = name.charCodeAt(from++);
        from = to + 1;
      }
      octets[at++] = 0;
    },
    end: () => Buffer.from(octets.subarray(0, at)),
  };
}
