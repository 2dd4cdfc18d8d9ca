import assert from "node:assert/strict";
import { byHand, joins, program } from "../../support/engine/adopting";
import { inWorld, isMade, marksOf } from "../../support/engine/ownership";
import { changing } from "../../support/engine/world";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, refuse: fails on preview, and nothing changes", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program("refuse") });
      for (const run of [await stack.preview(), await stack.up()]) assert.equal(run.failed, true, run.stdout);
      assert.deepEqual(changing(world.requests()), []);
      assert.deepEqual([marksOf(world), isMade(world)], [[], false]);
    }));

  it("made by this package in another stack, refuse: joins, and the last to go removes it", () => joins("refuse"));
});
