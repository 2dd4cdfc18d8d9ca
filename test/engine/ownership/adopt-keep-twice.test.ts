import assert from "node:assert/strict";
import { byHand, program } from "../../support/engine/adopting";
import {
  adoptedIn,
  assertStands,
  assertValues,
  EU,
  inWorld,
  isMade,
  marksOf,
  statusesOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, kept by two stacks: stays when both are gone", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stacks = [
        await world.open({ stack: "a", program: program() }),
        await world.open({ stack: "b", program: program() }),
      ];
      for (const stack of stacks) succeeded(await stack.up());
      assertStands(world, { users: 2, made: false });
      const seen = watch(world);
      for (const stack of stacks) succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, [token]);
    }));

  it("made by hand in one region, missing in another: the one stays, the other goes", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US, EU] }) });
      succeeded(await stack.up());
      assert.deepEqual(await adoptedIn(stack), { [EU]: false, [US]: true });
      assert.deepEqual([isMade(world, US), isMade(world, EU)], [false, true]);
      const seen = watch(world);
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assertValues(world, [token]);
    }));
});
