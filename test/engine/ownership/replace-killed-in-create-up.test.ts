import { inCreate } from "../../support/engine/killed-replacement";
import { assertGone, inWorld, marksOf, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("in Create: the next plain up keeps it, and destroy removes all", () =>
    inWorld(async (world) => {
      const stack = await inCreate(world);
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      succeeded(await stack.destroy());
      assertGone(world, `marks ${JSON.stringify(marksOf(world))}`);
    }));
});
