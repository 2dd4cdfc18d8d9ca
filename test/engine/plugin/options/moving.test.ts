import assert from "node:assert/strict";
import { pluginOnly } from "../../../support/engine/door";
import { inWorld } from "../../../support/engine/ownership";
import { allKinds, assertMoved, assertNothingLeft, publishParts } from "../../../support/engine/plugin/moved";
import { NAME, OTHER_TEAM, succeeded } from "../../../support/engine/world";

pluginOnly().describe("resources that move between dynamic resources and the plugin", function () {
  this.timeout(400_000);

  it("to the plugin: one update that says what it tidies; drift is seen, and destroy removes all", () =>
    inWorld(async (world) => {
      await publishParts(world);
      const stack = await world.open({ program: allKinds("dynamic") });
      succeeded(await stack.up());
      await assertMoved(world, stack, "plugin");
      world.setValues(NAME, [OTHER_TEAM]);
      const drift = succeeded(await stack.preview());
      assert.deepEqual(drift.changes, { update: 1, same: 4 });
      succeeded(await stack.up());
      await assertNothingLeft(world, stack);
    }));
});
