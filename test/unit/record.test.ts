import assert from "node:assert/strict";
import fc from "fast-check";
import { DnsHostError } from "../../provider/core/errors";
import { type Fqdn, fqdn, ROOT } from "../../provider/core/fqdn";
import { type RecordConflict, RecordConflictError } from "../../provider/dns/conflict";
import { type AnswerMode, type PresentRecord, presentRecord } from "../../provider/dns/present";
import {
  comparable,
  keyText,
  parsePresentation,
  presentation,
  type RecordData,
  recordsOf,
  sameData,
} from "../../provider/dns/record";

const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?$/);
const host: fc.Arbitrary<Fqdn> = fc
  .array(label, { minLength: 1, maxLength: 5 })
  .map((labels) => fqdn(labels.join(".")));
const PLAIN = { noNullPrototype: true };
const preference = fc.integer({ min: 0, max: 65_535 });
const data: fc.Arbitrary<RecordData> = fc.oneof(
  fc.record({ type: fc.constant("TXT" as const), text: fc.string({ unit: "grapheme", maxLength: 400 }) }, PLAIN),
  fc.record({ type: fc.constant("CNAME" as const), target: host }, PLAIN),
  fc.record({ type: fc.constant("MX" as const), preference, exchange: fc.oneof(host, fc.constant(ROOT)) }, PLAIN),
);

describe("the records that a host returned", () => {
  it("hold each data once, with the first TTL, and nothing that could not be read", () => {
    const name = fqdn("example.com");
    const text = (value: string, ttl: number) => ({ data: { type: "TXT" as const, text: value }, ttl });
    assert.deepEqual(recordsOf(name, [text("a", 60), { data: undefined, ttl: 60 }, text("b", 60), text("a", 90)]), [
      { type: "TXT", text: "a", name, ttl: 60 },
      { type: "TXT", text: "b", name, ttl: 60 },
    ]);
  });
});

describe("the presentation of a record", () => {
  it("is a zone file's", () => {
    const target = fqdn("x.dkim.amazonses.com");
    assert.equal(presentation({ type: "TXT", text: 'a "b" \\ ü' }), '"a \\"b\\" \\\\ \\195\\188"');
    assert.equal(presentation({ type: "CNAME", target }), "x.dkim.amazonses.com.");
    assert.equal(presentation({ type: "MX", preference: 10, exchange: target }), "10 x.dkim.amazonses.com.");
    assert.equal(presentation({ type: "MX", preference: 0, exchange: ROOT }), "0 .");
  });

  it("comes back as the data that it was made of", () => {
    fc.assert(
      fc.property(data, (one) => {
        assert.deepEqual(parsePresentation(one.type, presentation(one)), one);
      }),
    );
  });

  it("is the same for the same data only", () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        const same = one.type === other.type && presentation(one) === presentation(other);
        assert.equal(sameData(one, other), same);
        assert.ok(sameData(one, one));
      }),
    );
  });

  it("is read in any case of letters, with a final dot or without", () => {
    fc.assert(
      fc.property(host, preference, fc.boolean(), (name, number, dot) => {
        const written = `${name.toUpperCase()}${dot ? "." : ""}`;
        assert.deepEqual(parsePresentation("CNAME", written), { type: "CNAME", target: name });
        const mx = { type: "MX", preference: number, exchange: name };
        assert.deepEqual(parsePresentation("MX", `${number}  ${written}`), mx);
      }),
    );
  });

  it("is not read where it is of another type", () => {
    for (const text of ["", "two names", "a..b", ".a"]) assert.equal(parsePresentation("CNAME", text), undefined, text);
    const broken = ["", "mx.example.com", "10", "10 ", "65536 mx.example.com", "-1 mx.example.com", "10 a b", "1.5 mx"];
    for (const text of broken) assert.equal(parsePresentation("MX", text), undefined, text);
    assert.equal(parsePresentation("TXT", " "), undefined);
  });

  it("is read of other people's names too, which are no host names", () => {
    const target = "1.0/25.2.0.192.in-addr.arpa";
    assert.deepEqual(parsePresentation("CNAME", "1.0/25.2.0.192.IN-ADDR.arpa."), { type: "CNAME", target });
  });
});

describe("records", () => {
  it("are compared by names without case, by text octet by octet, and never with another type", () => {
    const upper = { type: "CNAME", target: "A.Example.Com" as Fqdn } as const;
    assert.ok(sameData(upper, { type: "CNAME", target: fqdn("a.example.com") }));
    assert.ok(!sameData({ type: "TXT", text: "Token" }, { type: "TXT", text: "token" }));
    assert.ok(!sameData({ type: "TXT", text: "a.example.com." }, upper));
    const mx = { type: "MX", preference: 10, exchange: fqdn("mx.example.com") } as const;
    assert.ok(!sameData(mx, { ...mx, preference: 20 }));
    assert.notEqual(comparable(mx), comparable({ ...mx, exchange: fqdn("mx2.example.com") }));
  });

  it("are of one set by name and type", () => {
    const name = fqdn("a.example.com");
    const texts = (["TXT", "CNAME", "MX"] as const).map((type) => keyText({ name, type }));
    assert.equal(new Set(texts).size, 3);
    assert.notEqual(keyText({ name: fqdn("b.example.com"), type: "TXT" }), texts[0]);
  });
});

describe("a record that cannot be added", () => {
  const zone = { name: fqdn("b"), id: "Z1" };
  const of = (type: string, text: string | undefined, mode: AnswerMode = "plain") => ({
    ...presentRecord(type, undefined, { told: text, mode }),
  });
  const error = (wanted: RecordConflict["wanted"], present: readonly PresentRecord[], cut?: RecordConflict["cut"]) =>
    new RecordConflictError({ host: "Host", zone, name: fqdn("a.b"), wanted, present, cut });

  it("is a final error of its own code, whose data is what was seen, and whose text names it", () => {
    const cname = [of("CNAME", "x.example.")];
    const cases = [
      [error("TXT", cname), /^Host: a\.b in zone b \(Z1\) .*x\.example/],
      [error("CNAME", cname), /x\.example/],
      [error("CNAME", [of("CNAME", "x.example.", "proxied")]), /x\.example.*proxied/],
      [error("CNAME", [of("TXT", '"v"'), of("MX", "10 x.")]), /TXT, MX/],
      [error("MX", [of("MX", "10 x."), of("MX", "20 y.")]), /10 x\., 20 y\./],
      [error("MX", [of("MX", undefined, "routed")]), /routing/],
      [error("TXT", [of("TXT", "t.example.", "alias")]), /alias of t\.example/],
      [error("CNAME", []), /CNAME/],
      [error("CNAME", [], { name: fqdn("a.b"), servers: ["ns1.example"] }), /ns1\.example/],
    ] as const;
    for (const [each, said] of cases) {
      assert.ok(each instanceof DnsHostError);
      assert.deepEqual([each.code, each.retryable, each.conflict.name], ["record-conflict", false, "a.b"]);
      assert.match(each.message, said);
      assert.ok((each.hint ?? "").length > 0);
    }
  });

  it("shows what others wrote on one line, and not endlessly", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => of("MX", `${at} ${"x".repeat(5_000)}\u001b[31m\n.`));
    const { message } = error("MX", many);
    assert.ok(message.length < 1_500, String(message.length));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(message, /[\u0000-\u001f]/);
    assert.match(message, /4996 more/);
  });

  it("does not tell an id that is an address", () => {
    const at = { host: "Host", zone: { name: fqdn("b"), id: "127.0.0.1:53 b" }, name: fqdn("a.b") };
    assert.match(new RecordConflictError({ ...at, wanted: "MX", present: [] }).message, /^Host: a\.b in zone b has/);
  });
});
