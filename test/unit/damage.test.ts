import assert from "node:assert/strict";
import fc from "fast-check";
import { fqdn } from "../../provider/core/fqdn";
import { damageOf, isTokenShaped, tokensIn } from "../../provider/diagnosis/damage";
import { diagnose } from "../../provider/diagnosis/diagnose";
import { txtFor } from "../support/lifecycle/required";
import { sampled } from "../support/sample";

const NAME = fqdn("_amazonses.example.com");
const RUNS = { numRuns: sampled(500), seed: 20 };

/** 32 random octets, as SES makes its tokens; some with all of the characters that accidents change. */
const token = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((octets) => Buffer.from(octets).toString("base64"))
  .chain((text) => fc.constantFrom(text, `${text.slice(0, 9)}+x/${text.slice(12)}`));
const position = fc.nat({ max: 42 });
const spliced = (text: string, at: number, remove: number, insert = "") =>
  text.slice(0, at) + insert + text.slice(at + remove);
const eachSpecial = (text: string, change: (character: string) => string) => text.replace(/[+/=]/g, change);
const code = (character: string) => character.charCodeAt(0);
const hex = (character: string) => code(character).toString(16).padStart(2, "0");

/** What happens to values, by class: each takes any token and any place in it. */
const CLASSES: Readonly<Record<string, (text: string, at: number) => string>> = {
  "one character too many": (text, at) => spliced(text, at, 0, "Q"),
  "one character too few": (text, at) => spliced(text, at, 1),
  "one other character": (text, at) => spliced(text, at, 1, text[at] === "Z" ? "Y" : "Z"),
  "neighbours swapped": (text, at) => spliced(text, at, 2, `${text[at + 1]}${text[at]}`),
  "percent-encoded": (text) => encodeURIComponent(text),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "every character percent-encoded": (text) => text.replace(/./g, (one) => `%${hex(one)}`),
  "decimal entities": (text) => eachSpecial(text, (one) => `&#${code(one)};`),
  "hexadecimal entities": (text) => eachSpecial(text, (one) => `&#x${hex(one).toUpperCase()};`),
  "named entities": (text) => text.replace(/\+/g, "&plus;").replace(/\//g, "&sol;").replace(/=/g, "&equals;"),
  "entities of quotation marks": (text) => `&quot;${text}&quot;`,
  "entities of entities": (text) => eachSpecial(text, (one) => `&amp;#${code(one)};`),
  "single quotes": (text) => `'${text}'`,
  "typographic quotes": (text) => `“${text}”`,
  "low and single typographic quotes": (text) => `‚${text}‘`,
  "angle quotes": (text) => `«${text}»`,
  backticks: (text) => `\`${text}\``,
  "one quotation mark": (text) => `${text}"`,
  "escaped quotes": (text) => `\\"${text}\\"`,
  "JSON of JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "a zero-width space": (text, at) => spliced(text, at, 0, "\u200b"),
  "a zero-width joiner": (text, at) => spliced(text, at, 0, "\u200d"),
  "a byte order mark": (text) => `\ufeff${text}`,
  "a soft hyphen": (text, at) => spliced(text, at, 0, "\u00ad"),
  "bidirectional marks": (text) => `\u202a${text}\u202c`,
  "a no-break space": (text, at) => spliced(text, at, 0, "\u00a0"),
  "an ideographic space": (text) => `${text}\u3000`,
  "a line break": (text, at) => spliced(text, at, 0, "\r\n"),
  "full-width letters": (text) => text.replace(/[!-~]/g, (one) => String.fromCharCode(code(one) + 0xfee0)),
  "a full-width character": (text, at) => spliced(text, at, 1, String.fromCharCode(code(text[at] ?? "a") + 0xfee0)),
  "a Cyrillic letter": (text, at) => spliced(text, at, 1, "а"),
  "a Greek letter": (text, at) => spliced(text, at, 1, "ο"),
  "another slash": (text) => text.replace(/\//g, "∕"),
  "UTF-8 read as Latin-1": (text) => Buffer.from(`“${text}”`, "utf8").toString("latin1"),
  "base64 of it": (text) => Buffer.from(text).toString("base64"),
  "base64 without padding": (text) => Buffer.from(text).toString("base64url"),
  "hexadecimal of it": (text) => Buffer.from(text).toString("hex"),
  "its octets in hexadecimal": (text) => Buffer.from(text, "base64").toString("hex").toUpperCase(),
  "its octets": (text) => `${Buffer.from(text, "base64").toString("latin1")}`,
  "backslashes in front": (text) => eachSpecial(text, (one) => `\\${one}`),
  "decimal escapes": (text) => eachSpecial(text, (one) => `\\${String(code(one)).padStart(3, "0")}`),
  "octal escapes": (text) => eachSpecial(text, (one) => `\\${code(one).toString(8).padStart(3, "0")}`),
  "Unicode escapes": (text) => eachSpecial(text, (one) => `\\u00${hex(one)}`),
  "the type in front": (text) => `TXT ${text}`,
  "the type and quotes": (text) => `IN TXT "${text}"`,
  "the whole record": (text) => `_amazonses.example.com. 300 IN TXT "${text}"`,
  "v= in front": (text) => `v=${text}`,
  "amazonses= in front": (text) => `amazonses=${text}`,
  "amazonses: in front": (text) => `amazonses:${text}`,
  "a TTL behind": (text) => `${text} 300`,
  "quoted-printable": (text) => text.replace(/=/g, "=3D"),
  "a soft line break": (text, at) => spliced(text, at, 0, "=\r\n"),
  "a space of quoted-printable": (text) => `${text}=20`,
  "a full stop": (text) => `${text}.`,
  "a comma": (text) => `${text},`,
  brackets: (text) => `<${text}>`,
  "padding twice": (text) => `${text}=`,
  "no padding": (text) => text.replace("=", ""),
  "URL-safe": (text) => text.replace(/\+/g, "-").replace(/\//g, "_"),
  "URL-safe without padding": (text) => Buffer.from(text, "base64").toString("base64url"),
  "lower case": (text) => text.toLowerCase(),
  "upper case": (text) => text.toUpperCase(),
  "plus as space": (text) => text.replace(/\+/g, " "),
  "cut short": (text, at) => text.slice(0, 14 + Math.floor(at / 2)),
  "cut in front": (text, at) => text.slice(1 + Math.floor(at / 2)),
  "cut short, with an ellipsis": (text, at) => `${text.slice(0, 14 + Math.floor(at / 2))}…`,
  "cut short, with three dots": (text, at) => `${text.slice(0, 14 + Math.floor(at / 2))}...`,
  "an ellipsis in the middle": (text) => `${text.slice(0, 12)}…${text.slice(-8)}`,
  "cut short, in lower case": (text) => text.slice(0, 24).toLowerCase(),
  "escapes of Perl": (text) => eachSpecial(text, (one) => `\\x{${hex(one)}}`),
  "twice in a row": (text) => text + text,
};

/** Texts that other services, standards and people put into TXT records. */
const word = fc.stringMatching(/^[a-z][a-z0-9]{2,12}$/);
const base64 = fc
  .uint8Array({ minLength: 12, maxLength: 300 })
  .map((octets) => Buffer.from(octets).toString("base64"))
  .filter((text) => !isTokenShaped(text));
const FOREIGN: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "an SPF policy": fc
    .array(word, { maxLength: 6 })
    .map((all) => `v=spf1 ${all.map((one) => `include:${one}.example `).join("")}~all`),
  "a DKIM key": base64.map((key) => `v=DKIM1; k=rsa; p=${key}`),
  "a DKIM key without a version": base64.map((key) => `p=${key}`),
  "a DMARC policy": word.map((one) => `v=DMARC1; p=none; rua=mailto:dmarc@${one}.example`),
  "a proof for Google": base64.map((key) => `google-site-verification=${key.slice(0, 43).replace(/[+/]/g, "_")}`),
  "a proof for Microsoft": fc.nat().map((number) => `MS=ms${number}`),
  "a UUID": fc.uuid(),
  "a checksum": fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets).toString("hex")),
  "another base64": base64,
  words: fc.array(word, { minLength: 1, maxLength: 12 }).map((all) => all.join(" ")),
  "any text": fc.string({ maxLength: 300, unit: "grapheme" }),
  "any octets": fc.uint8Array({ maxLength: 255 }).map((octets) => Buffer.from(octets).toString("latin1")),
};

/** The codes for a domain whose name has these values. */
function codesOf(values: readonly string[], expected: readonly string[]): readonly string[] {
  return findingsOf(values, expected).map(({ code: name }) => name);
}

function findingsOf(values: readonly string[], expected: readonly string[]) {
  const servers = [{ server: "ns1.example.net", address: "192.0.2.1", kind: "values", values, ttl: 300 }] as const;
  const regions = ["us-east-1", "eu-west-1", "ap-south-1"].slice(0, expected.length);
  return diagnose({
    domain: fqdn("example.com"),
    identities: regions.map((region) => ({
      name: region,
      region,
      accountId: undefined,
      status: "Pending",
      verifiedBefore: false,
    })),
    expected: regions.map((region, index) => txtFor(region, NAME, expected[index] ?? "")),
    sightings: [
      { name: NAME, type: "TXT", target: NAME, cnames: [], via: "authoritative", delegation: undefined, servers },
    ],
    probes: [],
    unread: [],
    written: [],
  });
}

describe("a damaged value", () => {
  for (const [name, damage] of Object.entries(CLASSES)) {
    it(`is known by its class: ${name}`, () => {
      fc.assert(
        fc.property(token, position, (text, at) => {
          const found = damage(text, at);
          fc.pre(found !== text);
          assert.notEqual(damageOf(found, text), undefined, JSON.stringify(found));
          assert.deepEqual(codesOf([found], [text]), ["txt-wrong-value", "verification-pending"]);
        }),
        RUNS,
      );
    });
  }

  it("is known when two accidents came together", () => {
    const AT_ONCE = [
      "single quotes",
      "percent-encoded",
      "a zero-width space",
      "decimal entities",
      "no padding",
      "a line break",
    ];
    const one = fc.constantFrom(...AT_ONCE.map((name) => CLASSES[name] ?? (() => "")));
    fc.assert(
      fc.property(token, position, one, one, (text, at, first, second) => {
        const found = second(first(text, at), at);
        fc.pre(found !== text);
        assert.notEqual(damageOf(found, text), undefined, JSON.stringify(found));
      }),
      RUNS,
    );
  });

  for (const [name, foreign] of Object.entries(FOREIGN)) {
    it(`is not ${name}`, () => {
      fc.assert(
        fc.property(token, foreign, (text, found) => {
          assert.equal(damageOf(found, text), undefined, JSON.stringify(found));
          fc.pre(!isTokenShaped(found));
          assert.deepEqual(codesOf([found], [text]), ["txt-missing", "verification-pending"]);
        }),
        RUNS,
      );
    });
  }
});

describe("values run together", () => {
  const separator = fc.constantFrom("", ",", ", ", ";", " ", '" "', "\n", "|", " and ");
  it("are one finding that has each of them published", () => {
    fc.assert(
      fc.property(token, token, separator, (a, b, between) => {
        fc.pre(a !== b);
        const [first, ...others] = findingsOf([a + between + b], [a, b]);
        assert.equal(first?.code, "txt-wrong-value");
        assert.deepEqual(first.identities, ["us-east-1", "eu-west-1"]);
        assert.ok(others.every(({ code: name }) => name === "verification-pending"));
        assert.deepEqual([...tokensIn(a + between + b)].sort(), [a, b].sort());
      }),
      RUNS,
    );
  });

  it("are more than those of this program, and none is to be lost", () => {
    fc.assert(
      fc.property(token, token, separator, (ours, other, between) => {
        fc.pre(ours !== other);
        const [first] = findingsOf([other + between + ours], [ours]);
        assert.equal(first?.code, "txt-wrong-value");
        assert.ok(first.seen.includes(ours) && first.seen.includes(other));
      }),
      RUNS,
    );
  });

  it("are published whole, also where one of them is damaged", () => {
    fc.assert(
      fc.property(token, token, (a, b) => {
        fc.pre(a !== b && b !== b.toLowerCase());
        const [first, ...others] = findingsOf([`${a} ${b.toLowerCase()}`], [a, b]);
        assert.deepEqual(first?.identities, ["us-east-1", "eu-west-1"]);
        assert.ok(!first.fix.includes(b.toLowerCase()) && !others.some(({ code: name }) => name === "txt-wrong-value"));
      }),
      RUNS,
    );
  });

  it("are no damage to one that stands there by itself, too", () => {
    fc.assert(
      fc.property(token, token, (a, b) => {
        fc.pre(a !== b);
        const findings = findingsOf([a + b, a], [a, b]);
        assert.deepEqual(findings[0]?.identities, ["eu-west-1"]);
      }),
      RUNS,
    );
  });
});
