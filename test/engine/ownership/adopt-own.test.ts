import assert from "node:assert/strict";
import { byHand, program } from "../../support/engine/adopting";
import { adoptedIn, assertGone, assertQuiet, assertStands, inWorld, US, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, own: is taken, and goes on destroy with its value", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program("own") });
      const seen = watch(world);
      succeeded(await stack.up());
      assertStands(world);
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      await assertQuiet(stack);
      seen.assertNone();
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("made by hand: keep, then own in a later up, takes it", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program() });
      succeeded(await stack.up());
      stack.changeProgram(program("own"));
      const seen = watch(world);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { update: 1, same: 1 });
      assertStands(world);
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      seen.assertNone();
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
