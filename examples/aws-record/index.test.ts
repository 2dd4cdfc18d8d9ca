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
  const tokens = ["TOKEN-1", "TOKEN-2"];
  const arn = "arn:aws:ses:eu-west-1:000000000000:identity/ses-example.com";
  if (type.endsWith(":DomainIdentity")) {
    const verifications = tokens.map((token) => ({ token }));
    return { records: [{ name: NAME, type: "TXT", ttl: 300, values: tokens }], verifications };
  }
  return type.endsWith(":DomainVerification") ? { identityArns: { "ses-example.com": { "eu-west-1": arn } } } : {};
}

function inputsOf(type: string): Readonly<Record<string, unknown>> {
  const found = made.filter((one) => one.type === type);
  assert.equal(found.length, 1, `${found.length} of ${type}`);
  return found[0]?.inputs ?? {};
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

    it("has one record set hold the values of both regions, and of others", () => {
      assert.deepEqual(inputsOf("aws:route53/record:Record"), {
        zoneId: "zone of ses-example.com",
        name: NAME,
        type: "TXT",
        ttl: 300,
        records: ["TOKEN-1", "TOKEN-2", "TOKEN-OF-OTHERS"],
      });
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
