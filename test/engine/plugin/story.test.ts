import assert from "node:assert/strict";
import { PluginResource, pluginPath } from "../../support/engine/plugin";
import { DOMAIN, openEngineWorld } from "../../support/engine/world";

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
      console.log(up.stdout, up.stderr);
      assert.equal(up.failed, false);
      const preview = await stack.preview({ expectNoChanges: true, diff: true });
      console.log(preview.stdout);
      console.log(JSON.stringify((await stack.exportState()).deployment.resources, null, 1));
      await stack.destroy();
    } finally {
      await world.close();
    }
  });
});
