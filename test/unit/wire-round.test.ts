import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeMessage } from "../../provider/wire/encode";
import { decodeMessage, type ResourceRecord, WireError } from "../../provider/wire/message";
import { STRIDE, sampled } from "../support/sample";

const record = (data: object): ResourceRecord =>
  ({ name: "a.example.com", class: "IN", ttl: 300, ...data }) as ResourceRecord;

const SEED = encodeMessage({
  id: 1,
  response: true,
  questions: [
    { name: "a.example.com", type: "TXT", class: "IN" },
    { name: "", type: "ANY", class: "CH" },
  ],
  answers: [
    record({ type: "TXT", strings: ["token", ""] }),
    record({ type: "MX", preference: 1, exchange: "mx.example.com" }),
    record({ type: "AAAA", address: "2001:db8::1" }),
    record({ type: "A", address: "192.0.2.1" }),
    record({ type: "OTHER", code: 33, data: Buffer.from([0, 1, 2, 3]) }),
  ],
  authorities: [
    record({
      type: "SOA",
      mname: "a.b",
      rname: "john\\.doe.c",
      serial: 1,
      refresh: 1,
      retry: 1,
      expire: 1,
      minimum: 1,
    }),
    record({ type: "NS", target: "ns.example.com" }),
  ],
  additionals: [record({ type: "OTHER", code: 16, class: "NONE", data: Buffer.alloc(0) })],
  edns: { udpPayloadSize: 1232, version: 0, dnssecOk: false },
});

function goesRound(bytes: Uint8Array): boolean {
  const message = decodeMessage(bytes);
  if (message === undefined) return false;
  assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  return true;
}

describe("a message that was read", () => {
  it("can be written, and is read as the same: questions of any type and class", () => {
    for (let code = 0; code <= 0xffff; code += code < 512 ? 1 : STRIDE) {
      const bytes = Buffer.from([
        0,
        1,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        0x61,
        0,
        code >> 8,
        code & 0xff,
        code >> 8,
        code & 0xff,
      ]);
      assert.ok(goesRound(bytes), String(code));
    }
  });

  it("can be written: any opcode, flags, code and EDNS", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff), (flags, size, high, low) => {
        const words = [1, flags, 0, 0, 0, 1].flatMap((word) => [word >> 8, word & 0xff]);
        const opt = [0, 0, 41, size >> 8, size & 0xff, high >> 8, high & 0xff, low >> 8, low & 0xff, 0, 0];
        assert.ok(goesRound(Buffer.from([...words, ...opt])));
      }),
      { numRuns: sampled(3000), seed: 1 },
    );
  });

  it("can be written: a sound one with some octets changed", () => {
    let read = 0;
    const changes = fc.array(fc.tuple(fc.nat(SEED.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Buffer.from(SEED);
        for (const [at, octet] of list) bytes[at] = octet;
        if (goesRound(bytes)) read += 1;
      }),
      { numRuns: sampled(20_000), seed: 2 },
    );
    assert.ok(read > sampled(20_000) / 10, `only ${read} were messages`);
  });

  it("can be written: a SOA whose names hold any octets", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    const name = fc
      .array(label, { maxLength: 3 })
      .map((labels) => Buffer.from([...labels.flatMap((one) => [one.length, ...one]), 0]));
    fc.assert(
      fc.property(name, name, fc.uint8Array({ minLength: 20, maxLength: 20 }), (mname, rname, numbers) => {
        const data = Buffer.concat([mname, rname, numbers]);
        const front = [
          0,
          1,
          0x80,
          0,
          0,
          0,
          0,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          6,
          0,
          1,
          0,
          0,
          0,
          1,
          data.length >> 8,
          data.length & 0xff,
        ];
        assert.ok(goesRound(Buffer.concat([Buffer.from(front), data])));
      }),
      { numRuns: sampled(3000), seed: 3 },
    );
  });

  it("is refused as a WireError where a number or a name does not fit", () => {
    const soa = { type: "SOA", mname: "a", rname: "b", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 };
    const broken = [
      { type: "MX", preference: 70_000, exchange: "a" },
      { type: "MX", preference: -1, exchange: "a" },
      { type: "MX", preference: Number.NaN, exchange: "a" },
      { ...soa, serial: 2 ** 32 },
      { ...soa, minimum: Number.NaN },
      { ...soa, retry: 0.5 },
      { ...soa, mname: "a..b" },
      { ...soa, rname: "a".repeat(64) },
      { ...soa, rname: "ä€" },
      { type: "A", address: "192.0.2.1", ttl: 2 ** 32 },
      { type: "A", address: "192.0.2.1", ttl: -1 },
    ];
    for (const data of broken) {
      const write = () => encodeMessage({ id: 1, answers: [record(data)] });
      assert.throws(write, WireError, JSON.stringify(data));
    }
    assert.throws(() => encodeMessage({ id: 70_000 }), WireError);
  });
});
