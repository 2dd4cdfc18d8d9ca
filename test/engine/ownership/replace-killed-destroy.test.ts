import assert from "node:assert/strict";
import { betweenCreateAndDelete } from "../../support/engine/killed-replacement";
import { assertGone, inWorld, ourResources } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("between Create and Delete: a destroy right after removes all", () =>
    inWorld(async (world) => {
      const { stack } = await betweenCreateAndDelete(world);
      succeeded(await stack.destroy());
      assertGone(world);
      assert.deepEqual(await ourResources(stack), []);
    }));
});
