import { inCreate } from "../../support/engine/killed-replacement";
import { assertGone, assertQuiet, assertStands, inWorld, urnIn, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("in Create: the next replacement takes the dead one's place, and destroy removes all", () =>
    inWorld(async (world) => {
      const stack = await inCreate(world);
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
