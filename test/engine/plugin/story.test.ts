import assert from "node:assert/strict";
import { PluginResource } from "../../support/engine/plugin";
import type { EngineRun } from "../../support/engine/stack";
import { DOMAIN, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../../support/engine/world";

const US = "us-east-1";

describe("the plugin on the engine", function () {
  this.timeout(300_000);

  it("creates, shows drift as a property by the engine's own refresh, brings it back, and destroys", async () => {
    const world = await openEngineWorld();
    const program = async () =>
      void new PluginResource("VerifiedDomain", "mail", {
        domain: DOMAIN,
        identities: [{ region: US }],
        dns: { kind: "route53" },
      });
    try {
      const stack = await world.open({ program });
      succeeded(await stack.up());
      world.assertVerified([US]);
      succeeded(await stack.preview({ expectNoChanges: true }));

      world.setValues(NAME, [OTHER_TEAM]);
      const preview = await stack.preview({ diff: true });
      assert.deepEqual(preview.changes, { same: 1, update: 1 });
      assert.match(preview.stdout, /verified *: true => false/);
      assert.match(preview.stdout, /verified *: false => true/);
      assert.equal(changedIn(preview).verified?.inputDiff, false);
      assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 7);

      succeeded(await stack.up());
      world.assertVerified([US]);
      const told = warningsIn(await stack.preview({ expectNoChanges: true }));
      assert.deepEqual(told, []);
      succeeded(await stack.refresh());
      succeeded(await stack.destroy());
      world.assertUntouched();
    } finally {
      await world.close();
    }
  });
});

/** The properties of the domain that an update would change. */
function changedIn({ events }: EngineRun) {
  const step = events.find(
    ({ resourcePreEvent: one }) => one?.metadata.op === "update" && one.metadata.type.startsWith("sesdomain:"),
  );
  return step?.resourcePreEvent?.metadata.detailedDiff ?? {};
}

function warningsIn({ diagnostics }: EngineRun): string[] {
  return diagnostics
    .filter(({ severity, urn }) => severity === "warning" && urn?.includes("sesdomain:index:"))
    .map(({ message }) => message);
}
