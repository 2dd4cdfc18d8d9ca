import assert from "node:assert/strict";
import type { RecordSet } from "../../emulator/records";
import { child, fqdn } from "../../provider/core/fqdn";
import { wantedOf } from "../../provider/dns/requirement";
import { openRoute53 } from "../../provider/dns/route53/route53";
import { standingOf } from "../../provider/dns/standing";
import type { Place } from "../../provider/lifecycle/records/placement";
import { requirementsOf, type TokenHolder } from "../../provider/lifecycle/records/requirements";
import { feedbackHost } from "../../provider/lifecycle/sending/feedback-host";
import { type AwsCloud, openAwsCloud } from "../support/aws/cloud";

const ACCOUNT = "111111111111";
const DOMAIN = fqdn("ses-example.com");
const MAIL_FROM = child("mail", DOMAIN);
const HOLDER: TokenHolder = {
  name: "us-east-1",
  token: "TOKEN",
  dkim: { tokens: ["t1", "t2", "t3"], zone: fqdn("dkim.amazonses.com") },
  mailFrom: { domain: MAIL_FROM, exchange: feedbackHost("us-east-1") },
};
const PLACES: Readonly<Record<string, Place>> = { "us-east-1": { name: child("_amazonses", DOMAIN), prefix: "" } };
const FEEDBACK = "feedback-smtp.us-east-1.amazonses.com";
const SPF = '"v=spf1 include:amazonses.com ~all"';

/** How the values of the same records are written, each with the TTL that it is mostly seen with. */
const TOOLS: Readonly<Record<string, { readonly ttl: number; readonly host: (name: string) => string }>> = {
  "Terraform and Pulumi's AWS provider": { ttl: 600, host: (name) => name },
  "CDK and CloudFormation": { ttl: 1800, host: (name) => name },
  "an export of a zone": { ttl: 300, host: (name) => `${name}.` },
  "a person": { ttl: 86_400, host: (name) => name.toUpperCase() },
};

/** docs/migrating.md: they are used as they are. */
describe("the records that another tool made", () => {
  let cloud: AwsCloud;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }], rateLimits: false });
  });
  afterEach(() => cloud.close());
  const standing = async (sets: readonly RecordSet[]) => {
    cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT, sets });
    const wanted = requirementsOf(DOMAIN, [HOLDER], PLACES, 300).map(wantedOf);
    const found = await standingOf(openRoute53({}, cloud.aws()), "Route 53", wanted, cloud.ctx());
    return found.map(({ record, verdict }) => `${record.type} ${verdict.kind}`);
  };

  for (const [tool, { ttl, host }] of Object.entries(TOOLS)) {
    it(`are equal to ours: ${tool}`, async () => {
      const sets: readonly RecordSet[] = [
        { name: child("_amazonses", DOMAIN), type: "TXT", ttl, values: ['"TOKEN"'] },
        ...["t1", "t2", "t3"].map((token): RecordSet => {
          const name = child(token, child("_domainkey", DOMAIN));
          return { name, type: "CNAME", ttl, values: [host(`${token}.dkim.amazonses.com`)] };
        }),
        { name: MAIL_FROM, type: "MX", ttl, values: [`10 ${host(FEEDBACK)}`] },
        { name: MAIL_FROM, type: "TXT", ttl, values: [SPF] },
      ];
      const told = await standing(sets);
      assert.deepEqual(
        told,
        ["TXT", "CNAME", "CNAME", "CNAME", "MX", "TXT"].map((type) => `${type} present`),
      );
    });
  }

  it("are in the way where they say something else", async () => {
    const sets: readonly RecordSet[] = [
      { name: MAIL_FROM, type: "MX", ttl: 300, values: [`10 ${FEEDBACK}`, "20 mx.example.net"] },
      { name: MAIL_FROM, type: "TXT", ttl: 300, values: ['"v=spf1 include:spf.example.net ~all"'] },
    ];
    const told = await standing(sets);
    assert.deepEqual(told, [
      "TXT absent",
      "CNAME absent",
      "CNAME absent",
      "CNAME absent",
      "MX conflict",
      "TXT conflict",
    ]);
  });
});
