import assert from "node:assert/strict";
import { assertGone, assertQuiet, deny, inWorld, statusesOf, US } from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

/** What a create leaves that ends early, and what takes an identity from under it. */
describe("a create that does not end as planned", function () {
  this.timeout(400_000);

  it("may not tag at first: a later up registers, or the state decides, and destroy removes all", () =>
    inWorld(async (world) => {
      const denied = deny(world, "TagResource");
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US] }) });
      succeeded(await stack.up());
      denied.off();
      succeeded(await stack.up());
      await assertQuiet(stack);
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
