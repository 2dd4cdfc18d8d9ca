import { deepEqual, equal, ok } from "node:assert/strict";
import { readAnswerTo } from "../../../provider/authority/query";
import { type ParsedReply, readReply } from "../../../provider/authority/reply";
import { isWithin } from "../../../provider/core/fqdn";
import { decodeMessage } from "../../../provider/wire/message";
import { stepsFor } from "../../../provider/wire/names";
import { joinStrings } from "../../../provider/wire/txt";
import { hostilePackets, NAME, ZONE } from "./packets";

const QUESTION = { name: NAME, type: "TXT", recursionDesired: false } as const;

export type Seen = ReadonlyMap<ParsedReply["kind"] | "nothing", number>;

/**
 * Checks packet after packet of a seed as long as `more` says, and counts what they were read as. Throws an error that
 * names the packet with which to begin.
 */
export function checkPackets(seed: number, more: (index: number) => boolean): Seen {
  const seen = new Map<ParsedReply["kind"] | "nothing", number>();
  const { stackTraceLimit } = Error;
  // Most packets are refused by an error that is never shown; its stack would cost more than the reading.
  Error.stackTraceLimit = 0;
  try {
    let index = 0;
    for (const bytes of hostilePackets(seed)) {
      if (!more(index)) break;
      try {
        const kind = checkPacket(bytes);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`packet ${index} of seed ${seed} (${bytes.toString("hex")}): ${what}`, { cause: error });
      }
      index += 1;
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return seen;
}

/**
 * Reads a packet as one that came in answer to a question, up to what it says of the name; "nothing" where it counts for
 * none. Fails where reading it throws, takes more steps than its length allows, or says what the packet does not hold.
 */
function checkPacket(bytes: Buffer): ParsedReply["kind"] | "nothing" {
  const steps = stepsFor(bytes);
  ok(steps.left <= 4_096 + 8 * bytes.length);
  const isMessage = decodeMessage(bytes, steps) !== undefined;
  ok(steps.left >= -64, "it was read on after its steps had been used up");
  if (!isMessage) return "nothing";
  const message = readAnswerTo(QUESTION, bytes);
  // A truncated message is no answer (exchange.ts).
  if (typeof message === "string" || message.truncated) return "nothing";
  const outcome = readReply(message, { name: NAME, type: "TXT" }, ZONE);
  if (outcome.kind !== "lame") expectHeld(outcome, bytes);
  return outcome.kind;
}

function expectHeld(outcome: Exclude<ParsedReply, { kind: "lame" }>, bytes: Buffer): void {
  const { flags, questions, records } = readPlainly(bytes);
  // QR set, opcode QUERY, TC not set.
  equal(flags & 0xfa00, 0x8000);
  deepEqual(questions, [{ name: NAME, type: 16, class: 1 }]);
  const [authoritative, rcode] = [(flags & 0x0400) !== 0, flags & 0xf];
  const answers = records.filter(({ section }) => section === 0);
  const own = (type: number) => answers.filter((one) => one.name === NAME && one.type === type && one.class === 1);
  switch (outcome.kind) {
    case "values":
      ok(authoritative && rcode === 0);
      deepEqual(
        outcome.values,
        own(16).map(({ data }) => joinStrings(stringsIn(data))),
      );
      return;
    case "cname":
      ok(authoritative && own(16).length === 0 && own(5).length > 0);
      equal(outcome.target, nameAt(bytes, own(5)[0]?.dataAt ?? 0).name);
      return;
    case "absent":
      ok(authoritative && rcode === (outcome.nxdomain ? 3 : 0) && own(16).length === 0 && own(5).length === 0);
      ok(outcome.zone === undefined ? answers.length === 0 : isWithin(NAME, outcome.zone));
      return;
    case "referral":
      ok(rcode === 0 && answers.length === 0);
      ok(records.some(({ name, type, section }) => section === 1 && type === 2 && name === outcome.zone));
      ok(outcome.zone !== ZONE && isWithin(NAME, outcome.zone) && isWithin(outcome.zone, ZONE));
  }
}

/** As RFC 1035 section 4 has it, with no thought for speed: nothing of the codec that is under test. */
function readPlainly(bytes: Buffer) {
  const counts = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  let at = 12;
  const head = () => {
    const { name, end } = nameAt(bytes, at);
    at = end + 4;
    return { name, type: bytes.readUInt16BE(end), class: bytes.readUInt16BE(end + 2) };
  };
  const questions = Array.from({ length: counts[0] ?? 0 }, head);
  const records = [1, 2, 3].flatMap((section) =>
    Array.from({ length: counts[section] ?? 0 }, () => {
      const owner = head();
      const dataAt = at + 6;
      at = dataAt + bytes.readUInt16BE(at + 4);
      ok(at <= bytes.length);
      return { ...owner, section: section - 1, dataAt, data: bytes.subarray(dataAt, at) };
    }),
  );
  equal(at, bytes.length);
  return { flags: bytes.readUInt16BE(2), questions, records };
}

function nameAt(bytes: Buffer, at: number): { readonly name: string; readonly end: number } {
  const length = bytes.readUInt8(at);
  if (length === 0) return { name: "", end: at + 1 };
  if (length >= 0xc0) return { name: nameAt(bytes, bytes.readUInt16BE(at) & 0x3fff).name, end: at + 2 };
  ok(length < 64);
  const rest = nameAt(bytes, at + 1 + length);
  const label = bytes.toString("latin1", at + 1, at + 1 + length).toLowerCase();
  return { name: rest.name === "" ? label : `${label}.${rest.name}`, end: rest.end };
}

function stringsIn(data: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) {
    strings.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)));
  }
  return strings;
}
