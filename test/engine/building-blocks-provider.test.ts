import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { awsIdentity } from "../../provider/resources/aws-provider";
import { DomainIdentity } from "../support/engine/resources";
import { ACCOUNT, DOMAIN, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

describe("an identity of an aws.Provider on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }] });
  });
  after(() => world.close());

  it("is asked for in the provider's region and role, and shows no change afterwards", async () => {
    const stack = await world.open({
      async program() {
        const provider = {
          urn: pulumi.output("urn:pulumi:test::test::pulumi:providers:aws::mail"),
          region: pulumi.output<string | undefined>("eu-west-1"),
          profile: pulumi.output<string | undefined>(undefined),
          assumeRoles: pulumi.secret(JSON.stringify([{ roleArn: `arn:aws:iam::${ACCOUNT}:role/mail` }])),
        };
        new DomainIdentity("mail", { domain: DOMAIN, identities: [awsIdentity(provider)] });
      },
    });
    succeeded(await stack.up());
    assert.deepEqual(world.statuses(), { "eu-west-1": "Pending" });
    assert.equal(world.requests()["sts:AssumeRole"], 1);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("fails in words where the provider holds keys", async () => {
    const stack = await world.open({
      async program() {
        const nothing = pulumi.output<string | undefined>(undefined);
        const provider = {
          urn: pulumi.output("urn"),
          region: nothing,
          profile: nothing,
          accessKey: pulumi.secret("AKIAFAKE"),
        };
        new DomainIdentity("mail", { domain: DOMAIN, identities: [awsIdentity(provider)] });
      },
    });
    const plan = await stack.preview();
    assert.equal(plan.failed, true);
    assert.match(plan.stdout, /it holds accessKey.*sesdomain:credentials/);
    assert.doesNotMatch(plan.stdout + plan.stderr, /AKIAFAKE/);
  });
});
