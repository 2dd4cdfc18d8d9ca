import assert from "node:assert/strict";
import { betweenCreateAndDelete } from "../../support/engine/killed-replacement";
import { assertGone, assertQuiet, assertStands, inWorld, ourResources, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("between Create and Delete: the next up ends it, and destroy removes all", () =>
    inWorld(async (world) => {
      const { stack, open } = await betweenCreateAndDelete(world);
      open();
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      assert.equal((await ourResources(stack)).length, 1);
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
