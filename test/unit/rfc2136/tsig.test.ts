import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { checkReply, findTsig, signMessage, TSIG_ALGORITHMS, type TsigKey } from "../../../provider/dns/rfc2136/tsig";
import { encodeMessage, encodeQuery } from "../../../provider/wire/encode";
import { decodeMessage } from "../../../provider/wire/message";
import { signReply, stripTsig } from "../../support/dns/proxy";

const secret = Buffer.from("not a real secret, only long......");
const key: TsigKey = { name: "a.key", algorithm: "hmac-sha256", secret };
const asServer = { name: key.name, algorithm: key.algorithm, secret: secret.toString("base64") };
const query = encodeQuery({ id: 0x1234, name: "a.example", type: "TXT" });
const reply = encodeMessage({
  id: 0x1234,
  response: true,
  questions: [{ name: "a.example", type: "TXT", class: "IN" }],
  answers: [{ type: "TXT", name: "a.example", class: "IN", ttl: 60, strings: ["value"] }],
});
const nowSeconds = Math.floor(Date.now() / 1_000);

function check(bytes: Buffer, requestMac: Buffer, at = nowSeconds) {
  return checkReply(bytes, { key, requestMac, nowSeconds: at });
}

describe("TSIG", () => {
  it("digests what RFC 8945 section 4.3 lists, in its order", () => {
    const { mac } = signMessage(query, key, 0x0102030405);
    const expected = createHmac("sha256", secret)
      .update(query)
      .update("\x01a\x03key\0") // the key's name
      .update(Buffer.from("00ff00000000", "hex")) // class ANY, TTL 0
      .update("\x0bhmac-sha256\0") // the algorithm's name
      .update(Buffer.from("000102030405012c00000000", "hex")) // time, fudge 300, no error, no other data
      .digest();
    assert.deepEqual(mac, expected);
  });
  for (const algorithm of TSIG_ALGORITHMS) {
    it(`signs with the whole ${algorithm}`, () => {
      const { bytes, mac } = signMessage(query, { ...key, algorithm }, nowSeconds);
      const found = findTsig(bytes);
      assert.ok(typeof found === "object");
      assert.deepEqual(found.record.mac, mac);
      assert.equal(mac.length * 8, Number(algorithm.slice(-3)));
      assert.deepEqual(found.stripped, query);
      assert.equal(found.record.originalId, 0x1234);
      assert.notEqual(decodeMessage(bytes), undefined);
    });
  }
  it("believes a reply that is signed for this request", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const signed = signReply(reply, bytes, asServer);
    assert.deepEqual(check(signed, mac), { kind: "genuine", message: reply });
  });
  it("believes a reply whose message id a forwarder changed, by the original id", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const signed = signReply(reply, bytes, asServer);
    signed.writeUInt16BE(0x9999, 0);
    assert.equal(check(signed, mac).kind, "genuine");
  });
  it("believes no reply to another request", () => {
    const { bytes } = signMessage(query, key, nowSeconds);
    const { mac } = signMessage(encodeQuery({ id: 7, name: "a.example", type: "TXT" }), key, nowSeconds);
    assert.equal(check(signReply(reply, bytes, asServer), mac).kind, "forged");
  });
  it("believes no reply of which one bit is another", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const signed = signReply(reply, bytes, asServer);
    fc.assert(
      // The first two octets are the id, which the signature does not cover.
      fc.property(fc.integer({ min: 2, max: signed.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = Buffer.from(signed);
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
        const trust = check(changed, mac);
        // Letters of the names are compared, and digested, without case (RFC 8945 section 4.3.3).
        const caseOnly =
          trust.kind === "genuine" &&
          changed.toString("latin1").toLowerCase() === signed.toString("latin1").toLowerCase();
        assert.ok(
          caseOnly || (trust.kind !== "genuine" && !("proven" in trust && trust.proven)),
          `${at}.${bit}: ${trust.kind}`,
        );
      }),
      { numRuns: 500 },
    );
  });
  it("never throws, whatever comes", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const signed = signReply(reply, bytes, asServer);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => check(Buffer.from(junk), mac).kind !== "genuine"),
    );
    for (let length = 0; length < signed.length; length += 1) {
      assert.notEqual(check(signed.subarray(0, length), mac).kind, "genuine");
    }
    assert.equal(check(Buffer.concat([signed, Buffer.from([0])]), mac).kind, "forged");
  });
  it("names what is wrong", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const signed = (wrong: Parameters<typeof signReply>[3], by = asServer) =>
      check(signReply(reply, bytes, by, wrong), mac);
    assert.equal(check(reply, mac).kind, "unsigned");
    const twice = signReply(signReply(reply, bytes, asServer), bytes, asServer);
    const reasons = [
      signed({}, { ...asServer, name: "b.key" }),
      signed({}, { ...asServer, algorithm: "hmac-sha384" }),
      signed({ macLength: 31 }),
      signed({ mac: Buffer.alloc(40) }),
      signed({ mac: Buffer.alloc(0) }),
      check(twice, mac),
    ].map((trust) => (trust.kind === "forged" ? trust.reason : undefined));
    assert.ok(reasons.every((reason) => reason !== undefined));
    assert.equal(new Set(reasons).size, reasons.length, reasons.join("; "));
    assert.deepEqual(signed({ timeSeconds: nowSeconds - 301 }), { kind: "skewed", serverSeconds: nowSeconds - 301 });
    assert.equal(signed({ timeSeconds: nowSeconds + 299 }).kind, "genuine");
  });
  it("tells a proven refusal from one that anybody may have sent", () => {
    const { bytes, mac } = signMessage(query, key, nowSeconds);
    const other = Buffer.alloc(6);
    other.writeUIntBE(nowSeconds + 1_000, 0, 6);
    assert.deepEqual(check(signReply(reply, bytes, asServer, { error: 18, other }), mac), {
      kind: "refused",
      error: "BADTIME",
      proven: true,
      serverSeconds: nowSeconds + 1_000,
    });
    for (const [error, name] of [
      [16, "BADSIG"],
      [17, "BADKEY"],
    ] as const) {
      assert.deepEqual(check(signReply(reply, bytes, asServer, { error, mac: Buffer.alloc(0) }), mac), {
        kind: "refused",
        error: name,
        proven: false,
        serverSeconds: undefined,
      });
    }
  });
  it("takes the record off and leaves the message as it was", () => {
    const { bytes } = signMessage(query, key, nowSeconds);
    assert.deepEqual(stripTsig(bytes), query);
  });
});
