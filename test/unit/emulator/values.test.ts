import assert from "node:assert/strict";
import { canonicalValue, readValue, refusedSet, refusedValue, SERVED_TYPES } from "../../../emulator/values/values";
import { encodeData } from "../../../provider/wire/codec";
import { TYPE_CASES } from "../../support/emulator/values";

const onWire = (type: string, value: string) => encodeData(readValue(type, value)).subarray(2).toString("hex");

describe("record values of the emulator", () => {
  it("have a case for each type that is served", () => {
    assert.deepEqual([...SERVED_TYPES].sort(), TYPE_CASES.map(({ type }) => type).sort());
  });

  for (const { type, good, bad } of TYPE_CASES)
    it(`of type ${type} are judged by their grammar`, () => {
      for (const [value, data] of Object.entries(good)) {
        assert.equal(refusedValue(type, value), undefined, value);
        assert.equal(onWire(type, value), data, value);
      }
      for (const value of bad) assert.notEqual(refusedValue(type, value), undefined, JSON.stringify(value));
    });

  it("hold names with escapes, in octal too", () => {
    assert.equal(onWire("CNAME", "a\\057b.example"), `03612f62076578616d706c6500`);
    assert.equal(onWire("SRV", "0 0 0 a\\.b.example"), `00000000000003612e62076578616d706c6500`);
    assert.equal(onWire("PTR", "a\\056b.example"), `03612e62076578616d706c6500`);
    const soa = onWire("SOA", "ns.example first\\.last.example 1 2 3 4 5");
    assert.match(soa, /0a66697273742e6c617374/);
    for (const target of ["a\\040b.example", "a\\000.example", "a\\377.example", "a\\.b.example"])
      assert.notEqual(refusedValue("CNAME", target), undefined, target);
  });

  it("of other types are served in the generic form alone, and refused in any other", () => {
    assert.deepEqual(readValue("TYPE65280", "\\# 3 0102 03"), {
      type: "OTHER",
      code: 65_280,
      data: Buffer.from([1, 2, 3]),
    });
    assert.equal(refusedValue("LOC", "\\# 0"), undefined);
    const refused: readonly (readonly [string, string])[] = [
      ["LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"],
      ["TYPE65280", "x"],
      ["TYPE65280", "\\# 4 010203"],
      ["TYPE65280", "\\# 3 01020x"],
      ["TYPE65280", "\\# 3"],
      ["TYPE16", "\\# 2 0161"],
      ["TYPE65", "\\# 3 000100"],
      ["MX", "\\# 3 000000"],
      ["NOSUCHTYPE", "\\# 0"],
      ...["ANY", "AXFR", "OPT", "TSIG", "TYPE0", "TYPE128", "TYPE255"].map((type) => [type, "\\# 0"] as const),
    ];
    for (const [type, value] of refused) assert.notEqual(refusedValue(type, value), undefined, `${type} ${value}`);
  });

  it("are the same where their records are", () => {
    const same = (type: string, one: string, other: string) =>
      canonicalValue(type, one) === canonicalValue(type, other);
    assert.ok(same("MX", "10 mx.example.net", "10  MX.example.net."));
    assert.ok(same("AAAA", "2001:db8::1", "2001:DB8:0:0:0:0:0:1"));
    assert.ok(same("TXT", '"a" "b"', '"\\141" "b"'));
    assert.ok(!same("TXT", '"ab"', '"a" "b"'));
    assert.ok(!same("TXT", '"a"', '"A"'));
    assert.ok(!same("CAA", '0 issue "a"', '0 issue "A"'));
    assert.ok(!same("A", "x", "y"));
  });

  it("make a set where a name may have several of the type, each once", () => {
    assert.notEqual(refusedSet("CNAME", ["a.example", "b.example"]), undefined);
    assert.notEqual(refusedSet("MX", ["1 a.example", "1 A.example."]), undefined);
    assert.equal(refusedSet("MX", ["1 a.example", "2 a.example"]), undefined);
    assert.equal(refusedSet("CNAME", ["a.example"]), undefined);
  });
});
