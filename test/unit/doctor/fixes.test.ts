import assert from "node:assert/strict";
import { CATALOGUE } from "../../../provider/diagnosis/catalogue";
import type { Entry, Fix } from "../../../provider/diagnosis/catalogue/entry";
import { describeFindings } from "../../../provider/diagnosis/diagnose";
import { wordFinding } from "../../../provider/diagnosis/make";
import { recordLine } from "../../../provider/diagnosis/publish";

const ENTRIES: readonly Entry[] = CATALOGUE;
const FACTS = {
  domain: "example.com",
  address: "user@example.com",
  name: "_amazonses.example.com",
  found: "example.com",
  value: "VALUE",
  region: "us-east-1",
  zone: "example.com",
  server: "ns1.example.net",
};
const RECORDS = ["VALUE", "OTHER"].map((value) => ({ name: FACTS.name, type: "TXT" as const, value }));
type Place = NonNullable<Parameters<typeof wordFinding>[2]["place"]>;

/** Every fix of the catalogue at one place, by code and situation. */
function fixesAt(place: Place) {
  return ENTRIES.filter(({ family }) => family !== "arguments").flatMap(({ code, fixWhere }) =>
    [undefined, ...Object.keys(fixWhere ?? {})].map((situation) => ({
      code,
      finding: wordFinding(code as (typeof CATALOGUE)[number]["code"], "seen", {
        facts: FACTS,
        records: RECORDS,
        place,
        situation: situation as keyof NonNullable<Entry["fixWhere"]> | undefined,
      }),
    })),
  );
}

/** What only a program has. */
const OF_A_PROGRAM =
  /pulumi|dnsCheck|`(dns|identities|placement|up)`|zoneId|this resource|VerifiedDomain|resendTrigger|aws:/;
/** What only the command line has. */
const OF_THE_SHELL = /--(identity|token|doh|resolver|dns-only)\b/;

describe("every fix of the catalogue", () => {
  it("names nothing of a program where no program declares the domain", () => {
    for (const { code, finding } of fixesAt({ declared: false, inDoctor: true })) {
      assert.doesNotMatch(finding.fix, OF_A_PROGRAM, code);
    }
  });

  it("names no option of the doctor's where a program declares it, at whatever host", () => {
    for (const kinds of [[], ["route53"], ["manual"], ["rfc2136", "powerdns"]] as const) {
      for (const { code, finding } of fixesAt({ declared: true, inDoctor: true, kinds })) {
        assert.doesNotMatch(finding.fix, OF_THE_SHELL, code);
      }
    }
  });

  it("never tells a reader of the doctor's report to run the doctor", () => {
    for (const place of [{ declared: false }, { declared: true }, { declared: true, withoutHost: true }]) {
      for (const { code, finding } of fixesAt({ ...place, inDoctor: true })) {
        assert.doesNotMatch(finding.fix, /sesdomain/, code);
      }
    }
  });

  it("publishes by hand, and sets no argument of a host, where a program writes to none", () => {
    for (const { code, finding } of fixesAt({ declared: true, withoutHost: true, inDoctor: true })) {
      assert.doesNotMatch(finding.fix, /underscores to|multipleValues|zoneId|it publishes|`dns`/, code);
    }
  });

  it("tells of its records as data where it says to publish them, each on a line of its own", () => {
    let told = 0;
    for (const place of [{ declared: false }, { kinds: ["manual"] as const }]) {
      for (const { finding } of fixesAt(place)) {
        assert.equal(finding.records !== undefined, finding.fix.includes('IN TXT "VALUE"'), finding.code);
        if (finding.records === undefined) continue;
        told += 1;
        for (const width of [40, 80, 200]) {
          const lines = describeFindings([finding, finding], width)
            .split("\n")
            .map((line) => line.trim());
          for (const record of RECORDS.map(recordLine)) {
            assert.equal(lines.filter((line) => line === record).length, 1, finding.code);
          }
        }
      }
    }
    assert.ok(told > 10);
  });

  it("is in every place a text without holes", () => {
    const texts = (fix: Fix) => Object.values(fix);
    for (const { code, fix, fixWhere = {} } of ENTRIES) {
      for (const text of [fix, ...Object.values(fixWhere)].flatMap(texts)) assert.ok(text.length > 10, code);
    }
  });
});
