import assert from "node:assert/strict";
import { join } from "node:path";
import { secret } from "@pulumi/pulumi";
import { PluginResource } from "../../support/engine/plugin";
import { assertProtocol, readCalls } from "../../support/engine/recorded-calls";
import { ACCOUNT, DOMAIN, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../../support/engine/world";

const REFUSED = "not-a-choice-and-secret";

describe("every call of the engine to the plugin", function () {
  this.timeout(300_000);

  it("keeps the rules of the protocol through the life of a domain whose account is a secret", async () => {
    const world = await openEngineWorld();
    const declare = (more: object) => async () =>
      void new PluginResource("VerifiedDomain", "mail", {
        domain: DOMAIN,
        identities: [{ region: "us-east-1", accountId: secret(ACCOUNT) }],
        dns: { kind: "route53" },
        dkim: true,
        ...more,
      });
    try {
      const stack = await world.open({ program: declare({}) });
      const file = join(stack.workDir, "calls.json");
      stack.changeEnv({ PULUMI_DEBUG_GRPC: file });
      succeeded(await stack.preview());
      succeeded(await stack.up());
      succeeded(await stack.preview({ expectNoChanges: true }));
      world.setValues(NAME, [OTHER_TEAM]);
      succeeded(await stack.preview());
      succeeded(await stack.up());
      succeeded(await stack.refresh());
      stack.changeProgram(declare({ restart: secret(REFUSED) }));
      const refused = await stack.preview();
      assert.equal(refused.failed, true);
      assert.ok(!refused.stdout.includes(REFUSED));
      stack.changeProgram(declare({}));
      const { stdout: text } = await stack.command("stack", "export", "--stack", "test");
      assert.ok(!text.includes(ACCOUNT));
      succeeded(await stack.destroy());
      assertProtocol(readCalls(file), [ACCOUNT, REFUSED]);
    } finally {
      await world.close();
    }
  });
});
