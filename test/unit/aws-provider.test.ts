import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { IdentityArgs } from "../../provider/resources/args";
import { awsIdentity } from "../../provider/resources/aws-provider";

const ROLE = "arn:aws:iam::123456789012:role/ses";

/** Registers its properties as the generated class of `@pulumi/aws` does: lists and objects as JSON. */
class Provider extends pulumi.ProviderResource {
  declare readonly region: pulumi.Output<string | undefined>;
  declare readonly profile: pulumi.Output<string | undefined>;
  constructor(props: Readonly<Record<string, unknown>>) {
    const json = Object.entries(props).map(([name, value]) => {
      const isText = typeof value === "string" || pulumi.Output.isInstance(value);
      const known: pulumi.Output<unknown> = pulumi.output(value);
      return [name, isText ? value : known.apply((plain) => JSON.stringify(plain))];
    });
    const nothing = { accessKey: undefined, profile: undefined, assumeRoles: undefined, endpoints: "[]" };
    super("aws", "mail", { ...nothing, ...Object.fromEntries(json) });
  }
}

for (const preview of [false, true]) {
  describe(`an identity of an aws.Provider, ${preview ? "on preview" : "in up"}`, () => {
    before(() =>
      pulumi.runtime.setMocks(
        { call: () => ({}), newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }) },
        "test",
        "test",
        preview,
      ),
    );

    const taken = async (props: Readonly<Record<string, unknown>>, more?: IdentityArgs) =>
      defined(await valuesOf(awsIdentity(new Provider(props), more)));

    it("takes region and profile, and leaves out what the provider leaves out", async () => {
      assert.deepEqual(await taken({ region: "eu-west-1", profile: "eu" }), { region: "eu-west-1", profile: "eu" });
      assert.deepEqual(await taken({}), {});
    });

    it("takes one assumed role, with its external id", async () => {
      const assumeRoles = [{ roleArn: ROLE, externalId: "of-us", sessionName: "pulumi" }];
      assert.deepEqual(await taken({ region: "eu-west-1", assumeRoles }), {
        region: "eu-west-1",
        roleArn: ROLE,
        externalId: "of-us",
      });
      assert.deepEqual(await taken({ assumeRole: { roleArn: ROLE } }), { roleArn: ROLE });
      assert.deepEqual(await taken({ assumeRoles: [] }), {});
    });

    it("takes the account where only one is allowed", async () => {
      assert.deepEqual(await taken({ allowedAccountIds: ["123456789012"] }), { accountId: "123456789012" });
      assert.deepEqual(await taken({ allowedAccountIds: ["123456789012", "210987654321"] }), {});
    });

    it("adds what the program says, which goes first", async () => {
      assert.deepEqual(await taken({ region: "eu-west-1" }, { name: "eu", region: "eu-west-2" }), {
        name: "eu",
        region: "eu-west-2",
      });
    });

    it("keeps a secret secret, and makes nothing else one", async () => {
      const assumeRoles = pulumi.secret(JSON.stringify([{ roleArn: ROLE, externalId: "of-us" }]));
      const { region, externalId } = awsIdentity(new Provider({ region: "eu-west-1", assumeRoles }));
      assert.equal(await pulumi.isSecret(pulumi.output(externalId)), true);
      assert.equal(await pulumi.isSecret(pulumi.output(region)), false);
    });

    it("depends on the provider", async () => {
      const provider = new Provider({ region: "eu-west-1" });
      const { region } = awsIdentity(provider);
      assert.ok((region as unknown as { resources(): Set<unknown> }).resources().has(provider));
    });

    const refusals: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
      ["keys", { accessKey: pulumi.secret("AKIAFAKE"), secretKey: pulumi.secret("fake") }, /accessKey.*sesdomain:cred/],
      ["several roles", { assumeRoles: [{ roleArn: ROLE }, { roleArn: ROLE }] }, /assumes 2 roles.*profile/],
      ["a role with a policy", { assumeRoles: [{ roleArn: ROLE, policy: "{}" }] }, /with policy/],
      ["a web identity", { assumeRoleWithWebIdentity: { roleArn: ROLE } }, /aws:assumeRoleWithWebIdentity/],
      ["files of its own", { sharedConfigFiles: ["/tmp/aws"] }, /AWS_CONFIG_FILE/],
      ["endpoints", { endpoints: [{ ses: "http://127.0.0.1:1" }] }, /aws:endpoints/],
    ];
    for (const [what, props, reason] of refusals) {
      it(`refuses ${what}, and says where they go`, async () => {
        const failure = await failureOf(awsIdentity(new Provider(props), { region: "eu-west-1" }));
        assert.ok(pulumi.RunError.isInstance(failure));
        assert.match(failure.message, reason);
        assert.doesNotMatch(failure.message, /AKIAFAKE|fake"/);
      });
    }

    it("takes a named set of credentials instead of keys, profile and files", async () => {
      const props = { region: "eu-west-1", profile: "eu", accessKey: pulumi.secret("AKIAFAKE") };
      assert.deepEqual(await taken(props, { credentials: "eu" }), { region: "eu-west-1", credentials: "eu" });
    });
  });
}

describe("an identity of an aws.Provider whose role is not made yet", () => {
  before(() =>
    pulumi.runtime.setMocks(
      { call: () => ({}), newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }) },
      "test",
      "test",
      true,
    ),
  );

  it("has an unknown role and a known region", async () => {
    const assumeRoles = pulumi.output((pulumi as unknown as { unknown: unknown }).unknown);
    const { region, roleArn, profile } = awsIdentity(new Provider({ region: "eu-west-1", assumeRoles }));
    assert.deepEqual(await Promise.all([region, roleArn, profile].map(isKnown)), [true, false, true]);
  });
});

function isKnown(value: unknown): Promise<boolean> {
  return (value as { isKnown: Promise<boolean> }).isKnown;
}

async function valuesOf(args: IdentityArgs): Promise<Record<string, unknown>> {
  const entries = Object.entries(args).map(async ([name, value]) => {
    const output = pulumi.output(value);
    assert.equal(await isKnown(output), true, `${name} is unknown`);
    return [name, await promiseOf(output)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function failureOf(args: IdentityArgs): Promise<unknown> {
  const outcomes = await Promise.allSettled(Object.values(args).map((value) => promiseOf(pulumi.output(value))));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  assert.equal(failures.length, 1);
  return failures[0];
}

function promiseOf(output: pulumi.Output<unknown>): Promise<unknown> {
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
