import { pluginOnly } from "../../../support/engine/door";
import { inWorld } from "../../../support/engine/ownership";
import { allKinds, assertMoved, assertNothingLeft, publishParts } from "../../../support/engine/plugin/moved";
import { succeeded } from "../../../support/engine/world";

pluginOnly().describe("resources that move between dynamic resources and the plugin", function () {
  this.timeout(400_000);

  it("from the plugin: the same", () =>
    inWorld(async (world) => {
      await publishParts(world);
      const stack = await world.open({ program: allKinds("plugin") });
      succeeded(await stack.up());
      await assertMoved(world, stack, "dynamic");
      await assertNothingLeft(world, stack);
    }));
});
