import assert from "node:assert/strict";
import fc from "fast-check";
import { fromStore, toStore } from "../../../emulator/http/cloudflare/content";
import { parseTxt } from "../../../emulator/text";
import { fqdn } from "../../../provider/core/fqdn";
import { readFields, writeFields } from "../../../provider/dns/cloudflare/content";

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
