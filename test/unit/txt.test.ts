import assert from "node:assert/strict";
import fc from "fast-check";
import { quoteText, unquoteText } from "../../provider/dns/txt";
import { joinStrings, splitText } from "../../provider/wire/txt";
import { anyCharacter } from "../support/any-character";

describe("TXT text", () => {
  it("splits into strings of at most 255 octets, counting octets and not letters", () => {
    assert.deepEqual(
      splitText("a".repeat(255)).map((each) => each.length),
      [255],
    );
    assert.deepEqual(
      splitText("a".repeat(256)).map((each) => each.length),
      [255, 1],
    );
    assert.deepEqual(
      splitText("ü".repeat(128)).map((each) => each.length),
      [255, 1],
    );
    assert.deepEqual(
      splitText("").map((each) => each.length),
      [0],
    );
  });

  it("quotes, and escapes in octal for Route 53 and in decimal for zone files", () => {
    assert.equal(quoteText("plain; text", "octal"), '"plain; text"');
    assert.equal(quoteText('a"b\\c', "octal"), '"a\\"b\\\\c"');
    assert.equal(quoteText("ü", "octal"), '"\\303\\274"');
    assert.equal(quoteText("ü", "decimal"), '"\\195\\188"');
    assert.equal(quoteText("\t", "octal"), '"\\011"');
    assert.equal(quoteText("\t", "decimal"), '"\\009"');
    assert.equal(quoteText("a".repeat(300), "octal"), `"${"a".repeat(255)}" "${"a".repeat(45)}"`);
  });

  it("reads several strings as one value, whatever stands between them", () => {
    assert.equal(unquoteText('"one" "two"', "octal"), "onetwo");
    assert.equal(unquoteText('"one"\t"two"', "octal"), "onetwo");
    assert.equal(unquoteText('"one""two"', "octal"), "onetwo");
    assert.equal(unquoteText('""', "octal"), "");
  });

  it("reads bare words, escaped blanks, and letters that nobody escaped", () => {
    assert.equal(unquoteText("token=", "octal"), "token=");
    assert.equal(unquoteText('"a\\ b"', "octal"), "a b");
    assert.equal(unquoteText('"grüße"', "octal"), "grüße");
  });

  it("reads the same digits by the base of the host", () => {
    assert.equal(unquoteText('"\\101"', "octal"), "A");
    assert.equal(unquoteText('"\\065"', "decimal"), "A");
    assert.equal(unquoteText('"\\101"', "decimal"), "e");
  });

  it("takes what is no octet as the characters they are", () => {
    assert.equal(unquoteText('"\\999"', "octal"), "999");
    assert.equal(unquoteText('"\\777"', "octal"), "777");
    assert.equal(unquoteText('"\\300\\', "decimal"), "300\\");
  });

  it("joins split letters again, and reads octets that are not UTF-8 as Latin-1", () => {
    assert.equal(joinStrings([Buffer.from([0xc3]), Buffer.from([0xbc])]), "ü");
    assert.equal(joinStrings([Buffer.from([0xff, 0x41])]), "ÿA");
  });

  it("gives back every value it wrote", () => {
    const bases = fc.constantFrom("octal" as const, "decimal" as const);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 600 }), bases, (value, base) => {
        const data = quoteText(value, base);
        assert.match(data, /^[\x20-\x7e]*$/);
        assert.equal(unquoteText(data, base), value);
      }),
    );
  });

  it("reads any text at all without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (data) => typeof unquoteText(data, "decimal") === "string"),
    );
  });
});
