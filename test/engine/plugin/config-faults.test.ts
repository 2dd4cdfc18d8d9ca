import assert from "node:assert/strict";
import { declarePlain, keysOf, openConfigured, PluginConfig, plainState } from "../../support/engine/plugin-config";
import type { Config, EngineStack } from "../../support/engine/stack";
import { ACCOUNT, type EngineWorld, openEngineWorld } from "../../support/engine/world";

const SECRET = "hush-hush-hush";

/** What the stack has set for Pulumi's other providers does not reach a plugin: its messages name the key that does. */
describe("faults of the plugin's configuration, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world?.close());

  async function refused(config: Config, program: () => Promise<void>): Promise<string> {
    const stack: EngineStack = await openConfigured(world, { program, config });
    const up = await stack.up();
    assert.equal(up.failed, true, up.stdout);
    assert.deepEqual(world.statuses(), {});
    const told = `${up.stdout}\n${up.stderr}`;
    assert.ok(!told.includes(SECRET), told);
    const state = await plainState(stack);
    assert.ok(!state.includes(SECRET), state);
    await stack.close();
    return told;
  }

  it("names sesdomain:region where only aws:region is set", async () => {
    const told = await refused({ "aws:region": "eu-west-1" }, async () => void declarePlain());
    assert.match(told, /sesdomain:region/);
    assert.match(told, /aws:region[^.]* reach a plugin/);
  });

  it("names the provider's input where the program makes the provider", async () => {
    const told = await refused({ "aws:region": "eu-west-1" }, async () => {
      declarePlain("mail", {}, { provider: new PluginConfig("own", keysOf(world, ACCOUNT)) });
    });
    assert.match(told, /the provider's region/);
    assert.doesNotMatch(told, /sesdomain:region/);
  });

  it("names the plugin's keys where there are no credentials", async () => {
    const program = async () => void declarePlain("mail", { identities: [{ region: "eu-west-1" }] });
    const told = await refused({ "aws:accessKey": "fake", "aws:secretKey": { secret: SECRET } }, program);
    assert.match(told, /sesdomain:profile/);
    assert.match(told, /not reach a plugin/);
  });

  it("names sesdomain:cloudflareApiToken where only Cloudflare's own provider has a token", async () => {
    const { accessKey, secretKey } = keysOf(world, ACCOUNT);
    const config = {
      "cloudflare:apiToken": { secret: SECRET },
      "sesdomain:region": "eu-west-1",
      "sesdomain:accessKey": accessKey,
      "sesdomain:secretKey": { secret: secretKey },
    };
    const told = await refused(config, async () => void declarePlain("mail", { dns: { kind: "cloudflare" } }));
    assert.match(told, /sesdomain:cloudflareApiToken/);
    assert.match(told, /cloudflare:apiToken[^.]* reach a plugin/);
  });

  it("quotes no value, whichever key it is of", async () => {
    for (const key of ["previewCheck", "region", "assumeRole"]) {
      const told = await refused({ [`sesdomain:${key}`]: { secret: SECRET } }, async () => void declarePlain());
      assert.ok(told.includes(key), told);
    }
  });

  it("suggests the key that was meant", async () => {
    const told = await refused({ "sesdomain:allowedAccountId": "111111111111" }, async () => void declarePlain());
    assert.match(told, /"allowedAccountIds"/);
  });
});
