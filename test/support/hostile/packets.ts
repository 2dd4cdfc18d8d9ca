import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import type { ResourceRecord } from "../../../provider/wire/message";
import { type Dice, openDice } from "../dice";

/** What the packets pretend to answer: the TXT set of this name, by a server of this zone. */
export const NAME = fqdn("_amazonses.mail.example.com");
export const ZONE = fqdn("example.com");

const IN = { class: "IN", ttl: 300 } as const;
const txt = (name: string, ...strings: string[]): ResourceRecord => ({ ...IN, name, type: "TXT", strings });
const ns = (name: string, target: string): ResourceRecord => ({ ...IN, name, type: "NS", target });
const a = (name: string, address: string): ResourceRecord => ({ ...IN, name, type: "A", address });
const soa = (name: string): ResourceRecord => ({
  ...IN,
  name,
  type: "SOA",
  mname: `ns1.${name}`,
  rname: `hostmaster.${name}`,
  ...{ serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
});
const SERVERS = [ns(ZONE, "ns1.example.com"), ns(ZONE, "ns2.example.com")];
const EDNS = { udpPayloadSize: 1232, version: 0, dnssecOk: false };

/** What sound servers say, and unsound ones. */
const REPLIES: readonly [Omit<MessageParts, "id">, ...Omit<MessageParts, "id">[]] = [
  { answers: [txt(NAME, "token")] },
  { answers: [txt(NAME, "to", "ken"), txt(NAME, "v=spf1 -all")], authorities: SERVERS, edns: EDNS },
  { answers: [txt(NAME, "token")], authorities: SERVERS, additionals: [a("ns1.example.com", "192.0.2.1")], edns: EDNS },
  { answers: Array.from({ length: 8 }, (_, index) => txt(NAME, `value ${index}`)) },
  { answers: [{ ...IN, name: NAME, type: "CNAME", target: "token.example.net" }, txt("token.example.net", "token")] },
  { rcode: "NXDOMAIN", authorities: [soa(ZONE)], edns: EDNS },
  { authorities: [soa(ZONE)] },
  {},
  {
    authoritative: false,
    authorities: [ns("mail.example.com", "ns.mail.example.com"), ns("mail.example.com", "ns.example.net")],
    additionals: [a("ns.mail.example.com", "192.0.2.2")],
  },
  { authoritative: false, recursionAvailable: true, answers: [txt(NAME, "token")] },
  { authoritative: false, rcode: "REFUSED", questions: [] },
  { truncated: true },
];

const SOUND = REPLIES.map((parts) => {
  const questions = [{ name: NAME, type: "TXT", class: "IN" } as const];
  return encodeMessage({ id: 1, response: true, authoritative: true, questions, ...parts });
});

function soundReply(dice: Dice): Buffer {
  return Buffer.from(SOUND[dice.below(SOUND.length)] ?? []);
}

/** A sound answer, but to something else. */
function foreignReply(dice: Dice): Buffer {
  const [question] = [
    {
      name: dice.oneOf([NAME, ZONE, "other.example.com", ""]),
      type: dice.oneOf(["TXT", "A", "NS", "TYPE65280"]),
      class: dice.oneOf<"IN" | "CH" | "ANY">(["IN", "CH", "ANY"]),
    } as const,
  ];
  const count = dice.below(3);
  return encodeMessage({
    id: 1,
    response: true,
    authoritative: true,
    ...dice.oneOf(REPLIES),
    questions: Array.from({ length: count }, () => question),
  });
}

function noise(dice: Dice): Buffer {
  const bytes = Buffer.from(Array.from({ length: dice.below(80) }, () => dice.below(256)));
  // Without a likely header most of it would be refused by its counts alone.
  if (bytes.length >= 12 && dice.below(2) === 0)
    Buffer.from([0, 1, 0x84, 0, 0, 1, 0, dice.below(3), 0, dice.below(3), 0, dice.below(3)]).copy(bytes);
  return bytes;
}

/** As many names as fit a long message, all ending at one long name or in chains of pointers: rare, for what they cost. */
function knot(dice: Dice): Buffer {
  const length = 1 + dice.below(63);
  const label = Buffer.concat([Buffer.from([length]), Buffer.alloc(length, 0x61)]);
  const name = Buffer.alloc(label.length * Math.floor(253 / label.length) + 1, label);
  name[name.length - 1] = 0;
  const count = dice.below(Math.floor((0xffff - 300) / 14));
  const start = 12 + name.length + 4;
  const bytes = Buffer.alloc(start + 14 * count);
  Buffer.from([0, 1, 0x84, 0, 0, 1, count >> 8, count & 0xff]).copy(bytes);
  name.copy(bytes, 12);
  Buffer.from([0, 16, 0, 1]).copy(bytes, start - 4);
  const chain = 1 + dice.below(200);
  for (let index = 0; index < count; index++) {
    const at = start + 14 * index;
    const target = index % chain === 0 || at > 0x3fff ? 12 : at - 14;
    Buffer.from([0, 2, 0, 1, 0, 0, 0, 0, 0, 2]).copy(bytes, at + 2);
    bytes.writeUInt16BE(0xc000 | target, at);
    bytes.writeUInt16BE(0xc000 | target, at + 12);
  }
  return bytes;
}

type Change = (bytes: Buffer, dice: Dice) => Buffer;
const inPlace =
  (change: (bytes: Buffer, at: number, dice: Dice) => void): Change =>
  (bytes, dice) => {
    if (bytes.length > 1) change(bytes, dice.below(bytes.length - 1), dice);
    return bytes;
  };
const CHANGES: readonly [Change, ...Change[]] = [
  inPlace((bytes, at, dice) => bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << dice.below(8)), at)),
  inPlace((bytes, at, dice) => bytes.writeUInt8(dice.below(256), at)),
  // A pointer: to anywhere, to itself, forwards.
  inPlace((bytes, at, dice) =>
    bytes.writeUInt16BE(0xc000 | dice.oneOf([dice.below(bytes.length), at, at + 2, 12]), at),
  ),
  // A label of no length where another stood.
  inPlace((bytes, at) => bytes.writeUInt8(0, at)),
  // Counts, and the flags before them.
  inPlace((bytes, _at, dice) =>
    bytes.writeUInt16BE(
      dice.oneOf([0, 1, 2, dice.below(0x10000), 0xffff]),
      Math.min(2 * dice.below(6), bytes.length - 2),
    ),
  ),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => Buffer.concat([bytes, noise(dice)]),
  (bytes, dice) =>
    Buffer.concat([bytes.subarray(0, dice.below(bytes.length + 1)), soundReply(dice).subarray(dice.below(40))]),
  (bytes, dice) => {
    const [from, to] = [dice.below(bytes.length + 1), dice.below(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
];

/** Packets without end, the same for the same seed: sound answers with some octets changed, answers to other questions, noise. */
export function* hostilePackets(seed: number): Generator<Buffer, never> {
  const dice = openDice(seed);
  for (;;) {
    const kind = dice.below(10_000);
    if (kind === 0) yield knot(dice);
    else if (kind < 700) yield noise(dice);
    else if (kind < 1_200) yield foreignReply(dice);
    else {
      let bytes = soundReply(dice);
      for (let changes = dice.below(4); changes > 0; changes--) bytes = dice.oneOf(CHANGES)(bytes, dice);
      yield bytes;
    }
  }
}
