import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fqdn } from "../../provider/core/fqdn";
import { expectedValues } from "../../provider/diagnosis/expected";
import type { DnsRecord } from "../../provider/dns/record";
import { PURPOSES, type Requirement, required } from "../../provider/dns/requirement";
import { decodeState, encodeState } from "../../provider/lifecycle/domain/state";
import { NAME, stateOf, TOKEN } from "../support/lifecycle/plan-cases";

type Purpose = (typeof PURPOSES)[number];

const ARN = "arn:aws:ses:us-east-1:111111111111:identity/example.com";
const BOUNCE = fqdn("bounce.example.com");

/** A record of each type that a purpose has. The compiler refuses this file where a purpose is left out. */
const RECORDS: Readonly<Record<Purpose, readonly DnsRecord[]>> = {
  verification: [{ type: "TXT", name: NAME, ttl: 300, text: TOKEN }],
  dkim: [{ type: "CNAME", name: fqdn("t._domainkey.example.com"), ttl: 300, target: fqdn("t.dkim.amazonses.com") }],
  "mail-from": [
    { type: "MX", name: BOUNCE, ttl: 300, preference: 10, exchange: fqdn("feedback-smtp.us-east-1.amazonses.com") },
    { type: "TXT", name: BOUNCE, ttl: 300, text: "v=spf1 include:amazonses.com ~all" },
  ],
  dmarc: [{ type: "TXT", name: fqdn("_dmarc.example.com"), ttl: 300, text: "v=DMARC1; p=none;" }],
};

/** The page's table of how records share a name: `dkim CNAME` has `alone`, `dmarc TXT` has `v=DMARC1`. */
function sharingOnThePage(): ReadonlyMap<string, string> {
  const page = readFileSync(join(__dirname, "../../docs/contributing/adding-a-record-purpose.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \|/gm)];
  return new Map(
    rows.map(([, purpose, record = "", sharing = ""]) => [
      `${purpose} ${/TXT|CNAME|MX/.exec(record)?.[0]}`,
      /`([^`]+)`/.exec(sharing)?.[1] ?? "",
    ]),
  );
}

/** What docs/contributing/adding-a-record-purpose.md asks for. */
describe("every purpose of a record", () => {
  const requirements = PURPOSES.flatMap((purpose) =>
    (RECORDS[purpose] ?? []).map((record) => required(record, { identity: "us-east-1", arn: ARN, purpose })),
  );

  it("has a record here", () => assert.deepEqual(Object.keys(RECORDS).sort(), [...PURPOSES].sort()));

  it("has the rule of sharing, for each record type, that the page tells of", () => {
    const sharingOf = ({ record, owner, sharing }: Requirement) =>
      [`${owner.purpose} ${record.type}`, typeof sharing === "string" ? sharing : sharing.oneWithPrefix] as const;
    assert.deepEqual(sharingOnThePage(), new Map(requirements.map(sharingOf)));
  });

  it("comes back from the state with its records and their owners", () => {
    const { requirements: read } = decodeState(encodeState(stateOf({ requirements })));
    assert.deepEqual(read, requirements);
  });

  it("but verification holds no value that is looked for as a token", () => {
    assert.deepEqual(expectedValues(requirements), [{ identity: "us-east-1", name: NAME, value: TOKEN }]);
  });
});
