import assert from "node:assert/strict";
import fc from "fast-check";
import { fromStore, toStore } from "../../../emulator/http/cloudflare/content";
import { parseTxt } from "../../../emulator/text";
import { fqdn } from "../../../provider/core/fqdn";
import { modeOf, readFields, writeFields } from "../../../provider/dns/cloudflare/content";
import { planEdits } from "../../../provider/dns/cloudflare/plan";
import { presentRecord } from "../../../provider/dns/present";
import type { WantedRecord } from "../../../provider/dns/record";

const readContent = (content: string) => {
  const data = readFields("TXT", { content });
  return data?.type === "TXT" ? data.text : undefined;
};
const writeContent = (text: string) => writeFields({ type: "TXT", text }).content;

describe("the content of Cloudflare's TXT records", () => {
  it("is read with quotes and without", () => {
    const cases: [string, string][] = [
      ["token", "token"],
      ['"token"', "token"],
      ["v=spf1 include:x  ~all", "v=spf1 include:x  ~all"],
      ['"one" "two"', "onetwo"],
      ['"a \\"quote\\" and \\\\ and \\195\\188"', 'a "quote" and \\ and ü'],
      ["back\\slash \\101", "back\\slash \\101"],
      ["grüße", "grüße"],
      ['"', '"'],
      ['""', ""],
      ["", ""],
      ['say "so"', 'say "so"'],
    ];
    for (const [content, value] of cases) assert.equal(readContent(content), value, content);
  });

  it("is written as quoted strings of at most 255 octets", () => {
    assert.equal(writeContent("token"), '"token"');
    assert.equal(writeContent("x".repeat(256)), `"${"x".repeat(255)}" "x"`);
    assert.equal(writeContent('"\\ü'), '"\\"\\\\\\195\\188"');
  });

  it("comes back as it was written, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (value) => {
        assert.equal(readContent(writeContent(value)), value);
      }),
    );
  });

  it("has names without a final dot, and an MX record's preference in a field of its own", () => {
    const target = fqdn("x.dkim.amazonses.com");
    assert.deepEqual(writeFields({ type: "CNAME", target }), { type: "CNAME", content: target, proxied: false });
    assert.deepEqual(readFields("CNAME", { content: "X.dkim.Amazonses.com" }), { type: "CNAME", target });
    const mx = { type: "MX", preference: 10, exchange: fqdn("mx.example.com") } as const;
    assert.deepEqual(writeFields(mx), { type: "MX", content: "mx.example.com", priority: 10 });
    assert.deepEqual(readFields("MX", { content: "MX.example.com", priority: 10 }), mx);
    assert.equal(readFields("MX", { content: "mx.example.com" }), undefined);
  });

  it("means to a reader of its own what was meant, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (value) => {
        const stored = toStore("TXT", writeContent(value), undefined);
        assert.ok(stored !== undefined);
        const strings = parseTxt(stored) ?? [];
        assert.equal(Buffer.from(strings.join(""), "latin1").toString("utf8"), value);
        assert.ok(strings.every((string) => string.length <= 255));
        assert.equal(readContent(fromStore("TXT", stored).content), value);
      }),
    );
  });
});

describe("how Cloudflare answers for a record", () => {
  const cname = { id: "1", name: "a.example.com", type: "CNAME", content: "x.example", ttl: 300 } as const;
  const modeFor = (more: object) => modeOf({ ...cname, ...more } as unknown as Parameters<typeof modeOf>[0]);

  it("is with what it says, unless it is proxied or flattened", () => {
    assert.equal(modeFor({ proxied: false, settings: {} }), "plain");
    assert.equal(modeFor({ proxied: false, settings: null }), "plain");
    assert.equal(modeFor({ proxied: true, settings: {} }), "proxied");
    assert.equal(modeFor({ proxied: false, settings: { flatten_cname: true } }), "flattened");
    assert.equal(modeFor({ type: "A", content: "192.0.2.1", proxied: true }), "proxied");
  });

  it("makes a CNAME at our own name one to be changed in its place, whatever it says", () => {
    const record: WantedRecord = {
      type: "CNAME",
      name: fqdn("a.example.com"),
      target: fqdn("x.example"),
      ttl: 300,
      sharing: "own-name",
    };
    for (const [mode, target, changes] of [
      ["plain", "x.example", 0],
      ["plain", "y.example", 1],
      ["flattened", "x.example", 1],
      ["proxied", "x.example", 1],
    ] as const) {
      const data = { type: "CNAME", target: fqdn(target) } as const;
      const held = { ...presentRecord("CNAME", data, { mode }), id: "1", name: "a.example.com", ttl: 1 };
      const { changing, missing, leaving, outcomes } = planEdits([held], [{ kind: "add", records: [record] }]);
      assert.deepEqual(
        [changing, missing, leaving, outcomes],
        [changes === 1 ? [{ held, record }] : [], [], [], [changes === 1 ? [record] : []]],
        `${mode} ${target}`,
      );
    }
  });
});
