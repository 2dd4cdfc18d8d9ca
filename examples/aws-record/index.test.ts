import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsIdentity } from "pulumi-sesdomain";

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const NAME = "_amazonses.ses-example.com";
const TOKENS = ["TOKEN-1", "TOKEN-2"];
const REGIONS = ["us-east-1", "eu-west-1"];
/** What `DomainIdentity` outputs: the verification, then the parts of each identity. */
const SETS = [
  { name: NAME, type: "TXT", ttl: 300, values: TOKENS },
  ...REGIONS.flatMap((region) => {
    const mailFrom = `bounce-${region}.ses-example.com`;
    const dkim = [1, 2, 3].map((place) => ({
      name: `${region}-${place}._domainkey.ses-example.com`,
      type: "CNAME",
      ttl: 300,
      values: [`${region}-${place}.dkim.amazonses.com.`],
    }));
    return [
      ...dkim,
      { name: mailFrom, type: "MX", ttl: 300, values: [`10 feedback-smtp.${region}.amazonses.com.`] },
      { name: mailFrom, type: "TXT", ttl: 300, values: ["v=spf1 include:amazonses.com ~all"] },
    ];
  }),
];
const RECORD = "aws:route53/record:Record";
const ZONE = "zone of ses-example.com";
const made: Made[] = [];

// What a program declares, without an engine and without AWS (www.pulumi.com/docs/iac/guides/testing/unit/).
function mock(preview: boolean): Promise<void> {
  made.length = 0;
  return pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) =>
        token === "aws:route53/getZone:getZone" ? { zoneId: `zone of ${inputs.name}` } : inputs,
      newResource({ type, name, inputs }) {
        made.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...outputsOf(type) } };
      },
    },
    "sesdomain-aws-record",
    "test",
    preview,
  );
}

function outputsOf(type: string): Readonly<Record<string, unknown>> {
  const arn = "arn:aws:ses:eu-west-1:000000000000:identity/ses-example.com";
  if (type.endsWith(":DomainIdentity")) {
    return { records: SETS, verifications: TOKENS.map((token) => ({ token })) };
  }
  return type.endsWith(":DomainVerification") ? { identityArns: { "ses-example.com": { "eu-west-1": arn } } } : {};
}

function inputsOf(type: string): Readonly<Record<string, unknown>> {
  const found = made.filter((one) => one.type === type);
  assert.equal(found.length, 1, `${found.length} of ${type}`);
  return found[0]?.inputs ?? {};
}

/** The resources of a program come in any order. */
function inOrder(records: readonly Readonly<Record<string, unknown>>[]) {
  const placeOf = ({ name, type }: Readonly<Record<string, unknown>>) => `${name} ${type}`;
  return [...records].sort((a, b) => placeOf(a).localeCompare(placeOf(b)));
}

function recordsNamed(name: string): readonly Readonly<Record<string, unknown>>[] {
  return made.filter(({ type, inputs }) => type === RECORD && inputs.name === name).map(({ inputs }) => inputs);
}

for (const preview of [true, false]) {
  describe(`the program, ${preview ? "on preview" : "in up"}`, () => {
    let program: typeof import("./index");
    before(async () => {
      pulumi.runtime.setAllConfig({
        "sesdomain-aws-record:domain": "ses-example.com",
        "sesdomain-aws-record:otherValues": '["TOKEN-OF-OTHERS"]',
      });
      await mock(preview);
      delete require.cache[require.resolve("./index")];
      program = require("./index");
      await settled(program.arn);
    });

    it("asks SES in the provider's region", () => {
      assert.deepEqual(inputsOf("pulumi-nodejs:dynamic/sesdomain:DomainIdentity").identities, [
        { region: "us-east-1" },
        { region: "eu-west-1" },
      ]);
    });

    it("asks for DKIM and MAIL FROM", () => {
      const { dkim, mailFrom } = inputsOf("pulumi-nodejs:dynamic/sesdomain:DomainIdentity");
      assert.deepEqual({ dkim, mailFrom }, { dkim: true, mailFrom: "bounce" });
    });

    it("has one record set hold the verification of both regions, and of others", () => {
      assert.deepEqual(recordsNamed(NAME), [
        { zoneId: ZONE, name: NAME, type: "TXT", ttl: 300, records: [...TOKENS, "TOKEN-OF-OTHERS"] },
      ]);
    });

    it("has a record set for each CNAME, MX and SPF text of each region, and none besides", () => {
      const rest = made.filter(({ type, inputs }) => type === RECORD && inputs.name !== NAME);
      assert.deepEqual(
        inOrder(rest.map(({ inputs }) => inputs)),
        inOrder(SETS.slice(1).map(({ values, ...set }) => ({ zoneId: ZONE, ...set, records: values }))),
      );
    });

    it("asks SES in the role, the region and the account of a provider that assumes one", async () => {
      const roleArn = "arn:aws:iam::111111111111:role/mail";
      const partner = new aws.Provider("partner", {
        region: "us-west-2",
        allowedAccountIds: ["111111111111"],
        assumeRoles: [{ roleArn, externalId: "agreed with the partner" }],
      });
      const { region, profile, ...role } = await settled(pulumi.output(awsIdentity(partner)));
      assert.deepEqual([region, profile], ["us-west-2", undefined]);
      assert.deepEqual(role, { roleArn, externalId: "agreed with the partner", accountId: "111111111111" });
    });

    it("waits for what SES was asked for", async () => {
      const [of] = inputsOf("pulumi-nodejs:dynamic/sesdomain:DomainVerification").of as Record<string, unknown>[];
      assert.equal(of?.domain, "ses-example.com");
      assert.deepEqual(of.verifications, [{ token: "TOKEN-1" }, { token: "TOKEN-2" }]);
      assert.match(String(await settled(program.arn)), /:eu-west-1:/);
    });
  });
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
