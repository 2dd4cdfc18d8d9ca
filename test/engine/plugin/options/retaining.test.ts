import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { pluginOnly } from "../../../support/engine/door";
import { assertGone, assertStands, inWorld, ourResources } from "../../../support/engine/ownership";
import { domain } from "../../../support/engine/replacing";
import { changing, succeeded } from "../../../support/engine/world";

pluginOnly().describe("resources of the plugin that a program keeps", function () {
  this.timeout(400_000);

  it("retainOnDelete: destroy takes the resource out of the state, and nothing else", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain({}, { retainOnDelete: true }) });
      succeeded(await stack.up());
      world.emulator.requests.reset();
      succeeded(await stack.destroy());
      assert.deepEqual(changing(world.requests()), []);
      assert.deepEqual(await ourResources(stack), []);
      assertStands(world);
    }));

  it("protect: a destroy fails before it changes anything", () =>
    inWorld(async (world) => {
      let options: CustomResourceOptions = { protect: true };
      const stack = await world.open({ program: async () => void domain({}, options) });
      succeeded(await stack.up());
      world.emulator.requests.reset();
      const refused = await stack.destroy();
      assert.equal(refused.failed, true);
      assert.deepEqual(changing(world.requests()), []);
      assertStands(world);
      options = {};
      succeeded(await stack.up());
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
