import assert from "node:assert/strict";
import { byHand, program } from "../../support/engine/adopting";
import {
  adoptedIn,
  assertQuiet,
  assertStands,
  assertValues,
  inWorld,
  marksOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, keep: is used, stays registered while it is, and stays on destroy with its value", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stack = await world.open({ program: program() });
      const seen = watch(world);
      succeeded(await stack.up());
      assertStands(world, { made: false });
      assert.deepEqual(await adoptedIn(stack), { [US]: true });
      await assertQuiet(stack);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      assertStands(world, { made: false });
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, [token]);
    }));
});
