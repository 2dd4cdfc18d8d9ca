import { encodeMessage, type MessageParts } from "../../provider/wire/encode";
import { decodeMessage, type Message } from "../../provider/wire/message";
import { encodeName, labelsOf } from "../../provider/wire/names";
import { structureOf } from "./structure";

/**
 * A server reads more than the product's codec does, which is a client's: names of questions may have any octets (RFC 2181
 * section 11), and octets may come after the message. An octet that no text of a name holds is here the character with
 * `ODD` added to its number. No zone has such a name, so that it is looked up as any other that is absent.
 */
const ODD = 0xe000;
const ODD_CHARACTER = /[\ue000-\ue0ff]/;
/** What an odd octet is while the codec has the message. */
const STAND_IN = "!";

const HEADER = 12;
/** In octets, as it is on the wire (RFC 1035 section 2.3.4). */
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

const isOdd = (octet: number) => octet <= 0x20 || octet >= 0x7f;

/** Reads a question or an answer; `undefined` for what is no well-formed message, as BIND has it. */
export function readMessage(bytes: Buffer): Message | undefined {
  if (bytes.length < HEADER) return undefined;
  const structure = structureOf(bytes);
  if (!structure?.soundOptions) return undefined;
  const whole = bytes.subarray(0, structure.end);
  const nameEnd = structure.nameEnd ?? HEADER;
  if (nameEnd > HEADER + LONGEST_NAME) return undefined;
  if (!hasOdd(whole, nameEnd)) return decodeMessage(whole, undefined, "dots");

  const name = textOf(labelsIn(whole, nameEnd));
  const message = decodeMessage(replaced(whole, octetsOf(name), encodeName(standIn(name))), undefined, "dots");
  const [question, ...others] = message?.questions ?? [];
  if (!message || !question) return undefined;
  const renamed = <T extends { readonly name: string }>(records: readonly T[]): T[] =>
    records.map((record) => (isSame(record.name, standIn(name)) ? { ...record, name: name.toLowerCase() } : record));
  return {
    ...message,
    questions: [{ ...question, name }, ...others],
    answers: renamed(message.answers),
    authorities: renamed(message.authorities),
    additionals: renamed(message.additionals),
  };
}

/** The other way. Throws `WireError` as `encodeMessage` does. */
export function writeMessage(parts: MessageParts): Buffer {
  const [question, ...others] = parts.questions ?? [];
  if (!question || !ODD_CHARACTER.test(question.name)) return encodeMessage(parts);
  const plain = standIn(question.name);
  // With the question's case, so that the owners point to its name.
  const renamed = <T extends { readonly name: string }>(records: readonly T[] = []): T[] =>
    records.map((record) => (isSame(record.name, question.name) ? { ...record, name: plain } : record));
  const bytes = encodeMessage({
    ...parts,
    questions: [{ ...question, name: plain }, ...others],
    answers: renamed(parts.answers),
    authorities: renamed(parts.authorities),
    additionals: renamed(parts.additionals),
  });
  return replaced(bytes, encodeName(plain), octetsOf(question.name));
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const standIn = (name: string) => name.replace(new RegExp(ODD_CHARACTER, "g"), STAND_IN);

/** A name on the wire, odd octets as they are. */
function octetsOf(name: string): Buffer {
  const labels = labelsOf(name).map((label) => label.map((code) => (code >= ODD ? code - ODD : code)));
  return Buffer.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
}

/** Whether the first name has odd octets, and no pointer. */
function hasOdd(bytes: Buffer, end: number): boolean {
  let odd = false;
  for (let offset = HEADER; offset < end; ) {
    const length = bytes[offset] ?? 0;
    if (length > LONGEST_LABEL) return false;
    const next = offset + 1 + length;
    for (offset += 1; offset < next; offset += 1) if (isOdd(bytes[offset] ?? 0)) odd = true;
  }
  return odd;
}

/** The labels of the first name, which has no pointer. */
function labelsIn(bytes: Buffer, end: number): readonly (readonly number[])[] {
  const labels: number[][] = [];
  for (let offset = HEADER; offset < end - 1; ) {
    const next = offset + 1 + (bytes[offset] ?? 0);
    labels.push([...bytes.subarray(offset + 1, next)]);
    offset = next;
  }
  return labels;
}

/** As the codec writes names with dots in their labels (`readName` in provider/wire/names.ts). */
function textOf(labels: readonly (readonly number[])[]): string {
  const character = (octet: number, index: number, label: readonly number[]) => {
    const next = label[index + 1];
    const escapes =
      octet === DOT || (octet === BACKSLASH && (next === undefined || next === DOT || next === BACKSLASH));
    return (escapes ? "\\" : "") + String.fromCharCode(isOdd(octet) ? ODD + octet : octet);
  };
  return labels.map((label) => label.map(character).join("")).join(".");
}

/** A copy in which the first name of the message, and each copy of it, is another of the same length. */
function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from, HEADER); at >= 0; at = copy.indexOf(from, at + to.length)) to.copy(copy, at);
  return copy;
}
