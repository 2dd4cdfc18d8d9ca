import { pluginOnly } from "../../../support/engine/door";
import { inWorld } from "../../../support/engine/ownership";
import { allKinds, assertMoved, assertNothingLeft, publishParts } from "../../../support/engine/plugin/moved";
import { succeeded } from "../../../support/engine/world";

pluginOnly().describe("resources that move between dynamic resources and the plugin", function () {
  this.timeout(400_000);

  it("to the plugin and back: the marks stay, and destroy removes all", () =>
    inWorld(async (world) => {
      await publishParts(world);
      const stack = await world.open({ program: allKinds("dynamic") });
      succeeded(await stack.up());
      await assertMoved(world, stack, "plugin");
      await assertMoved(world, stack, "dynamic");
      await assertNothingLeft(world, stack);
    }));
});
