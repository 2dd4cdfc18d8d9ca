import assert from "node:assert/strict";
import * as packet from "dns-packet";
import fc from "fast-check";
import { encodeMessage, encodeQuery } from "../../provider/wire/encode";
import { decodeMessage, type ResourceRecord, WireError } from "../../provider/wire/message";
import { stepsFor } from "../../provider/wire/names";
import { sampled } from "../support/sample";

const record = (data: object): ResourceRecord =>
  ({ name: "a.example.com", class: "IN", ttl: 300, ...data }) as ResourceRecord;

describe("DNS messages", () => {
  it("reads back every kind of record it writes", () => {
    const answers = [
      record({ type: "A", address: "192.0.2.1" }),
      record({ type: "AAAA", address: "2001:db8::1" }),
      record({ type: "NS", target: "ns1.example.net" }),
      record({ type: "CNAME", target: "b.example.com" }),
      record({ type: "MX", preference: 10, exchange: "" }),
      record({ type: "TXT", strings: ["v=spf1 -all", "", '\u00ff\u0000"\\'] }),
      record({
        type: "SOA",
        mname: "ns1.example.net",
        rname: "hostmaster.example.net",
        serial: 1,
        refresh: 2,
        retry: 3,
        expire: 4,
        minimum: 2 ** 32 - 1,
      }),
      record({ type: "OTHER", code: 43, data: Buffer.from([1, 2, 3]) }),
      record({ type: "OTHER", code: 250, class: "ANY", ttl: 0, data: Buffer.alloc(0) }),
    ];
    const parts = {
      id: 4711,
      response: true,
      authoritative: true,
      rcode: "NXDOMAIN",
      questions: [{ name: "A.example.com", type: "TYPE65280", class: "IN" as const }],
      answers,
      authorities: answers.slice(0, 1),
      additionals: answers.slice(1, 3),
      edns: { udpPayloadSize: 1232, version: 0, dnssecOk: true },
    };
    const read = decodeMessage(encodeMessage(parts));
    assert.deepEqual(read, {
      ...parts,
      opcode: "QUERY",
      truncated: false,
      recursionDesired: false,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
    });
  });

  it("writes what dns-packet reads, compressed or not", () => {
    const bytes = encodeMessage({
      id: 1,
      response: true,
      questions: [{ name: "_amazonses.example.com", type: "TXT", class: "IN" }],
      answers: [{ ...record({ type: "TXT", strings: ["token"] }), name: "_amazonses.example.com" }],
      additionals: [{ ...record({ type: "A", address: "192.0.2.1" }), name: "ns1.example.com" }],
    });
    const read = packet.decode(bytes);
    assert.deepEqual(
      [...(read.answers ?? []), ...(read.additionals ?? [])].map(({ name, type }) => `${name} ${type}`),
      ["_amazonses.example.com TXT", "ns1.example.com A"],
    );
    assert.equal(packet.decode.bytes, bytes.length);
    assert.ok(bytes.length < packet.encodingLength(read), "nothing was compressed");
  });

  it("asks a question as dns-packet does", () => {
    const query = encodeQuery({
      id: 7,
      name: "_amazonses.example.com",
      type: "TXT",
      recursionDesired: true,
      udpPayloadSize: 4096,
    });
    const opt = { type: "OPT", name: ".", udpPayloadSize: 4096, flags: 0, options: [] };
    assert.deepEqual(
      query,
      packet.encode({
        type: "query",
        id: 7,
        flags: packet.RECURSION_DESIRED,
        questions: [{ type: "TXT", name: "_amazonses.example.com" }],
        additionals: [opt as unknown as packet.OptAnswer],
      }),
    );
    assert.deepEqual(
      decodeMessage(encodeQuery({ id: 1, name: "", type: "NS", edns: false, checkingDisabled: true }))?.questions,
      [{ name: "", type: "NS", class: "IN" }],
    );
  });

  it("keeps an update's classes and an extended response code", () => {
    const sections = decodeMessage(
      encodeMessage({
        id: 1,
        opcode: "UPDATE",
        rcode: "BADVERS",
        questions: [{ name: "example.com", type: "SOA", class: "IN" }],
        authorities: [
          record({ type: "OTHER", code: 16, class: "ANY", ttl: 0, data: Buffer.alloc(0) }),
          record({ type: "TXT", class: "NONE", ttl: 0, strings: ["gone"] }),
        ],
        edns: { udpPayloadSize: 512, version: 0, dnssecOk: false },
      }),
    );
    assert.equal(sections?.opcode, "UPDATE");
    assert.equal(sections?.rcode, "BADVERS");
    assert.deepEqual(
      sections?.authorities.map((one) => one.class),
      ["ANY", "NONE"],
    );
  });

  it("refuses what does not fit, and leaves its arguments alone", () => {
    const strings = Object.freeze(["one", "two"]);
    encodeMessage({ id: 1, answers: [record({ type: "TXT", strings })] });
    assert.deepEqual(strings, ["one", "two"]);
    const refused: readonly object[] = [
      { type: "TXT", strings: ["x".repeat(256)] },
      { type: "TXT", strings: [] },
      { type: "TXT", strings: ["\u0100"] },
      { type: "NS", target: `${"x".repeat(64)}.example.com` },
      { type: "NS", target: "two..dots" },
      { type: "A", address: "192.0.2" },
      { type: "AAAA", address: "192.0.2.1" },
      { type: "A", address: "192.0.2.1", name: `${"x.".repeat(127)}x` },
      { type: "A", address: "192.0.2.1", name: "käse.example" },
      { type: "OTHER", code: 99, data: Buffer.alloc(0x10000) },
    ];
    for (const data of refused)
      assert.throws(
        () => encodeMessage({ id: 1, answers: [record(data)] }),
        WireError,
        JSON.stringify(data).slice(0, 80),
      );
    assert.throws(() => encodeQuery({ id: 1, name: "x".repeat(64), type: "TXT" }), WireError);
    assert.throws(() => encodeQuery({ id: 1, name: "example.com", type: "NOSUCHTYPE" }), WireError);
    assert.throws(() => encodeMessage({ id: 1, rcode: "BADVERS" }), WireError);
  });
});

describe("DNS messages from hostile hosts", () => {
  const header = (counts: readonly number[], ...rest: number[]) =>
    Buffer.from([0, 1, 0x84, 0, ...counts.flatMap((count) => [count >> 8, count & 0xff]), ...rest]);
  const txt = (length: number, ...data: number[]) => [
    1,
    0x61,
    0,
    0,
    16,
    0,
    1,
    0,
    0,
    0,
    1,
    length >> 8,
    length & 0xff,
    ...data,
  ];

  const cases: readonly (readonly [string, Buffer])[] = [
    ["nothing", Buffer.alloc(0)],
    ["half a header", Buffer.alloc(11)],
    ["65535 records in 12 octets", header([0xffff, 0xffff, 0xffff, 0xffff])],
    ["a pointer to itself", header([1, 0, 0, 0], 0xc0, 12, 0, 16, 0, 1)],
    ["a pointer forwards", header([1, 0, 0, 0], 0xc0, 18, 0, 16, 0, 1, 0)],
    ["two pointers at each other", header([2, 0, 0, 0], 0xc0, 18, 0, 16, 0, 1, 0xc0, 12, 0, 16, 0, 1)],
    ["a reserved label type", header([1, 0, 0, 0], 0x41, 0x61, 0, 0, 16, 0, 1)],
    ["a label with a dot", header([1, 0, 0, 0], 3, 0x61, 0x2e, 0x62, 0, 0, 16, 0, 1)],
    ["octets behind the end", header([1, 0, 0, 0], 1, 0x61, 0, 0, 16, 0, 1, 9)],
    ["RDATA beyond the end", header([0, 1, 0, 0], ...txt(9, 1, 0x61))],
    ["a TXT record without a string", header([0, 1, 0, 0], ...txt(0))],
    ["a name server without a name", header([0, 1, 0, 0], 1, 0x61, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0)],
    ["a string beyond its RDATA", header([0, 1, 0, 0], ...txt(2, 5, 0x61))],
    ["an address of three octets", header([0, 1, 0, 0], 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 3, 1, 2, 3)],
    ["an address of five octets", header([0, 1, 0, 0], 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 5, 1, 2, 3, 4, 5)],
    ["an OPT among the answers", header([0, 1, 0, 0], 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0)],
    ["two OPTs", header([0, 0, 0, 2], 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0)],
  ];
  for (const [what, bytes] of cases)
    it(`takes no message from ${what}`, () => assert.equal(decodeMessage(bytes), undefined));

  it("reads a sound record of the same making", () => {
    assert.deepEqual(decodeMessage(header([0, 1, 0, 0], ...txt(2, 1, 0x61)))?.answers, [
      { type: "TXT", strings: ["a"], name: "a", class: "IN", ttl: 1 },
    ]);
  });

  it("takes a TTL with its top bit set for zero", () => {
    const bytes = encodeMessage({ id: 1, answers: [record({ type: "A", address: "192.0.2.1", ttl: 0x80000001 })] });
    assert.equal(decodeMessage(bytes)?.answers[0]?.ttl, 0);
  });

  /** As many NS records as fit, whose owners and targets all point at `at`, behind a record that holds `names`. */
  const pointingAt = (names: Buffer, at: number) => {
    const holder = Buffer.concat([
      Buffer.from([0, 0xff, 0, 0, 1, 0, 0, 0, 0, names.length >> 8, names.length & 0xff]),
      names,
    ]);
    const pointer = [0xc0 | ((23 + at) >> 8), (23 + at) & 0xff];
    const pointing = Buffer.from([...pointer, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, ...pointer]);
    const count = Math.floor((0xffff - 12 - holder.length) / pointing.length);
    return header([0, count + 1, 0, 0], ...holder, ...Buffer.alloc(count * pointing.length, pointing));
  };

  it("spends no more on names that point at one another than their message is long", () => {
    const pointers = Buffer.alloc(16_001);
    for (let at = 1; at < 16_000; at += 2) pointers.writeUInt16BE(0xc000 | (23 + Math.max(0, at - 2)), at);
    const labels = Buffer.from([...Array.from({ length: 126 }, () => [1, 0x61]).flat(), 0]);
    const octets = Buffer.from([...Array.from({ length: 3 }, () => [63, ...Buffer.alloc(63, 0x61)]).flat(), 0]);
    for (const bytes of [pointingAt(pointers, 15_999), pointingAt(labels, 0), pointingAt(octets, 0)]) {
      const steps = stepsFor(bytes);
      assert.ok(steps.left < 10 * bytes.length);
      assert.equal(decodeMessage(bytes, steps), undefined);
    }
  });

  it("reads a full message of sound names that share their ends", () => {
    const sound = Buffer.from("\x0bns-1234-abc\x07example\x03com\x00", "latin1");
    assert.ok((decodeMessage(pointingAt(sound, 0))?.answers.length ?? 0) > 4_600);
  });

  it("follows 127 pointers in one name, and no more", () => {
    const chain = (pointers: number) => {
      const names = Buffer.alloc(2 * pointers - 1);
      for (let at = 1; at < names.length; at += 2) names.writeUInt16BE(0xc000 | (23 + Math.max(0, at - 2)), at);
      const owner = Buffer.alloc(2);
      owner.writeUInt16BE(0xc000 | (23 + Math.max(0, names.length - 2)));
      const holder = [0, 0xff, 0, 0, 1, 0, 0, 0, 0, names.length >> 8, names.length & 0xff, ...names];
      return header([0, 1, 1, 0], ...holder, ...owner, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1);
    };
    assert.equal(decodeMessage(chain(127))?.authorities[0]?.name, "");
    assert.equal(decodeMessage(chain(128)), undefined);
  });

  it("shows the odd octets of a SOA's names as a zone file has them", () => {
    const data = [1, 0x61, 0, 8, ...Buffer.from("john.doe"), 1, 0xff, 0, ...Buffer.alloc(20, 1)];
    const bytes = header([0, 1, 0, 0], 1, 0x61, 0, 0, 6, 0, 1, 0, 0, 0, 1, 0, data.length, ...data);
    const [soa] = decodeMessage(bytes)?.answers ?? [];
    assert.ok(soa?.type === "SOA");
    assert.deepEqual([soa.mname, soa.rname, soa.serial], ["a", "john\\.doe.\\255", 0x01010101]);
  });

  it("never throws on any bytes, nor on a sound message with some changed", () => {
    const sound = encodeMessage({
      id: 1,
      response: true,
      questions: [{ name: "a.example.com", type: "TXT", class: "IN" }],
      answers: [
        record({ type: "TXT", strings: ["token", "more"] }),
        record({ type: "MX", preference: 1, exchange: "mx.example.com" }),
      ],
      authorities: [
        record({ type: "SOA", mname: "a.b", rname: "c.d", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 }),
      ],
      edns: { udpPayloadSize: 1232, version: 0, dnssecOk: false },
    });
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Buffer.from(sound);
        for (const [at, octet] of list) bytes[at] = octet;
        decodeMessage(bytes);
      }),
      { numRuns: sampled(5000), seed: 1 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeMessage(bytes)),
      { numRuns: sampled(5000), seed: 2 },
    );
  });
});
