import assert from "node:assert/strict";
import { DNS_ACCOUNT } from "../../support/engine/hosts";
import { declarePlain, keysOf, openConfigured, PluginConfig, plainState } from "../../support/engine/plugin-config";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, type EngineWorld, Holder, openEngineWorld, succeeded, warningsOf } from "../../support/engine/world";

const MISSPELT = "regoin";
const SECRET = "not-a-secret-of-the-second-account";

describe("providers of the plugin that a program makes, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  let stack: EngineStack;
  beforeEach(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT }, { id: DNS_ACCOUNT, secretAccessKey: SECRET }] });
  });
  afterEach(() => world?.close());

  it("take objects, and each has its own account, whatever the stack's config says", async () => {
    // Route 53's zone is of the first account: the second one's domain is published by its credentials.
    const program = async () => {
      const first = new PluginConfig("first", { region: "eu-west-1", ...keysOf(world, ACCOUNT) });
      const second = new PluginConfig("second", {
        region: "us-east-1",
        ...keysOf(world, DNS_ACCOUNT),
        allowedAccountIds: [DNS_ACCOUNT, ACCOUNT],
        credentials: { dns: keysOf(world, ACCOUNT) },
      });
      declarePlain("one", {}, { provider: first });
      declarePlain("two", { dns: { kind: "route53", credentials: "dns" } }, { provider: second });
    };
    stack = await openConfigured(world, {
      program,
      config: { "sesdomain:region": "ap-south-1", "sesdomain:profile": "nobody" },
    });
    const up = succeeded(await stack.up());
    assert.deepEqual(warningsOf(up), []);
    const identities = world.emulator.cloud.ses.identities();
    assert.deepEqual(
      identities.map(({ region, accountId }) => `${accountId} ${region}`).sort(),
      [`${ACCOUNT} eu-west-1`, `${DNS_ACCOUNT} us-east-1`].sort(),
    );
    const text = await plainState(stack);
    // The program did not mark it as a secret.
    assert.ok(!text.includes(SECRET));
    assert.ok(!`${up.stdout}${up.stderr}`.includes(SECRET));
    succeeded(await stack.preview({ expectNoChanges: true }));
    succeeded(await stack.refresh());
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });

  it("wait for values that another resource has yet to make", async () => {
    stack = await openConfigured(world, {
      program: async () => {
        const held = new Holder("held", { value: "eu-west-1" });
        const provider = new PluginConfig("later", { region: held.made, ...keysOf(world, ACCOUNT) });
        declarePlain("mail", {}, { provider });
      },
    });
    succeeded(await stack.preview());
    succeeded(await stack.up());
    world.assertVerified(["eu-west-1"]);
    succeeded(await stack.preview({ expectNoChanges: true }));
    succeeded(await stack.destroy());
  });

  it("are told of a wrong input by its own name", async () => {
    stack = await openConfigured(world, {
      program: async () => {
        const provider = new PluginConfig("wrong", { [MISSPELT]: "eu-west-1", pdnsApiKey: { a: SECRET } });
        declarePlain("mail", {}, { provider });
      },
    });
    const preview = await stack.preview();
    assert.equal(preview.failed, true);
    const told = `${preview.stdout}${preview.stderr}`;
    assert.ok(told.includes(MISSPELT), told);
    assert.match(told, /"region"/);
    assert.match(told, /pdnsApiKey/);
    assert.ok(!told.includes(SECRET), told);
  });
});
