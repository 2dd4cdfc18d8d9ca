import assert from "node:assert/strict";
import { PluginResource, pluginPath } from "../../support/engine/plugin";
import { DOMAIN, NAME, OTHER_TEAM, openEngineWorld } from "../../support/engine/world";

describe("the plugin on the engine", function () {
  this.timeout(300_000);

  it("creates, notices drift, and destroys", async () => {
    const world = await openEngineWorld();
    const outputs = ["identityArns", "verified", "records", "verification"];
    const program = async () =>
      void new PluginResource("VerifiedDomain", "mail", {
        domain: DOMAIN,
        identities: [{ region: "us-east-1" }],
        dns: { kind: "route53" },
        ...Object.fromEntries(outputs.map((name) => [name, undefined])),
      });
    try {
      const stack = await world.open({ program, env: { PATH: pluginPath() } });
      const up = await stack.up();
      assert.equal(up.failed, false, up.stdout);
      assert.equal((await stack.preview({ expectNoChanges: true, diff: true })).failed, false);
      world.setValues(NAME, [OTHER_TEAM]);
      const preview = await stack.preview({ diff: true });
      console.log(preview.stdout);
      console.log((await stack.preview()).stdout);
      const healed = await stack.up({ diff: true });
      console.log(healed.stdout);
      world.assertVerified(["us-east-1"]);
      const again = await stack.preview({ expectNoChanges: true, diff: true });
      console.log(again.stdout);
      console.log((await stack.refresh()).stdout);
      const gone = await stack.destroy();
      console.log(gone.stdout);
      world.assertUntouched();
    } finally {
      await world.close();
    }
  });
});
