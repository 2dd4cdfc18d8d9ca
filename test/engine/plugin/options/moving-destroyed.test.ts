import { pluginOnly } from "../../../support/engine/door";
import { inWorld } from "../../../support/engine/ownership";
import { allKinds, assertNothingLeft, publishParts } from "../../../support/engine/plugin/moved";
import { succeeded } from "../../../support/engine/world";

pluginOnly().describe("resources that move between dynamic resources and the plugin", function () {
  this.timeout(400_000);

  it("destroyed by the plugin's program, before any up of it", () =>
    inWorld(async (world) => {
      await publishParts(world);
      const stack = await world.open({ program: allKinds("dynamic") });
      succeeded(await stack.up());
      stack.changeProgram(allKinds("plugin"));
      await assertNothingLeft(world, stack, true);
    }));
});
