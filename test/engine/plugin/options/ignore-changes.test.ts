import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { pluginOnly } from "../../../support/engine/door";
import { assertGone, assertQuiet, assertStands, EU, inWorld, US } from "../../../support/engine/ownership";
import { domain } from "../../../support/engine/replacing";
import { changing, NAME, OTHER_TEAM, succeeded, warningsOf } from "../../../support/engine/world";

pluginOnly().describe("ignoreChanges of the plugin's resources", function () {
  this.timeout(400_000);

  it("of an argument: the old value stays", () =>
    inWorld(async (world) => {
      let ttl = 300;
      const stack = await world.open({ program: async () => void domain({ ttl }, { ignoreChanges: ["ttl"] }) });
      succeeded(await stack.up());
      ttl = 600;
      await assertQuiet(stack);
      succeeded(await stack.up());
      await assertQuiet(stack);
    }));

  it("of an output: drift is told, and nothing is done about it", () =>
    inWorld(async (world) => {
      let options: CustomResourceOptions = {};
      const stack = await world.open({ program: async () => void domain({}, options) });
      succeeded(await stack.up());
      world.setValues(NAME, [OTHER_TEAM]);
      const drift = await stack.preview({ expectNoChanges: true });
      assert.notEqual(drift.exitCode, 0, drift.stdout);
      world.emulator.requests.reset();
      for (const ignored of ["verified", "verification", "*"]) {
        options = { ignoreChanges: [ignored] };
        const preview = succeeded(await stack.preview());
        assert.deepEqual(preview.changes, { same: 2 }, preview.stdout);
        assert.match(warningsOf(preview).join("\n"), /txt-/);
      }
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { same: 2 }, up.stdout);
      assert.deepEqual(changing(world.requests()), []);
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      options = {};
      assert.deepEqual(succeeded(await stack.up()).changes, { same: 1, update: 1 });
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("of verified: a change of an argument is still made", () =>
    inWorld(async (world) => {
      let regions = [US];
      const stack = await world.open({
        program: async () => void domain({ regions }, { ignoreChanges: ["verified"] }),
      });
      succeeded(await stack.up());
      regions = [US, EU];
      assert.deepEqual(succeeded(await stack.up()).changes, { same: 1, update: 1 });
      await assertQuiet(stack);
    }));
});
