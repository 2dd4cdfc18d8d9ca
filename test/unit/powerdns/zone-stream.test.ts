import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, openZoneSink } from "../../../provider/dns/powerdns/zone-stream";

/** The text in pieces of at most `size` octets. */
function read(text: string, size: number, keep: (set: Json) => boolean = () => true, limit?: number): unknown {
  const sink = openZoneSink(keep, limit);
  const octets = Buffer.from(text);
  for (let at = 0; at < octets.length; at += size) sink.write(octets.subarray(at, at + size));
  return sink.end();
}

describe("a zone that is read while it comes", () => {
  it("is what JSON says it is, wherever it is cut into pieces", () => {
    const zone = fc.dictionary(
      fc.string().filter((key) => key !== "rrsets" && key !== "__proto__"),
      fc.jsonValue(),
    );
    const sets = fc.array(
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        fc.jsonValue(),
      ),
    );
    fc.assert(
      fc.property(zone, sets, fc.boolean(), fc.integer({ min: 1, max: 40 }), (members, rrsets, indented, size) => {
        const text = JSON.stringify({ ...members, rrsets }, null, indented ? 2 : 0);
        assert.deepEqual(read(text, size), JSON.parse(text));
      }),
    );
  });

  it("keeps the wanted sets alone, and may be longer than what may be kept", () => {
    const rrsets = Array.from({ length: 1_000 }, (_, at) => ({
      name: `n${at}`,
      type: "TXT",
      records: ["x".repeat(50)],
    }));
    const text = JSON.stringify({ name: "example.com.", rrsets });
    assert.deepEqual(
      read(text, 997, ({ name }) => name === "n7", 1_000),
      { name: "example.com.", rrsets: [rrsets[7]] },
    );
    assert.throws(() => read(text, 997, () => true, 1_000), { code: "too-long" });
  });

  it("has sets", () => {
    assert.equal(read('{"name": "example.com."}', 5), undefined);
    assert.equal(read("{}", 5), undefined);
    assert.equal(read('{"rrsets": null}', 5), undefined);
    assert.deepEqual(read('{"rrsets": []}', 5), { rrsets: [] });
  });

  it("is no zone where it breaks off, goes on, or is something else", () => {
    const good = '{"a": 1, "rrsets": [{"name": "x"}, {}]}';
    for (let length = 0; length < good.length; length += 1) {
      assert.throws(() => read(good.slice(0, length), 3), { code: "garbled" }, good.slice(0, length));
    }
    const others = [
      "[]",
      "<html>",
      "7",
      `${good}x`,
      `${good}{}`,
      '{"a" 1}',
      '{"a": }',
      "{,}",
      '{"rrsets": [1]}',
      '{"rrsets": [{},]}',
    ];
    for (const text of others) assert.throws(() => read(text, 3), { code: "garbled" }, text);
    assert.throws(() => read(" ".repeat(2_000), 100, undefined, 1_000), { code: "too-long" });
    assert.throws(() => read(`{"a": "${"x".repeat(2_000)}`, 100, undefined, 1_000), { code: "too-long" });
  });
});
