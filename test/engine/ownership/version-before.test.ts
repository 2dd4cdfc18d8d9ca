import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  isMade,
  marksOf,
  ourResources,
  statusesOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { ADDRESS, allKinds, BOTH, openWritten, PARTS } from "../../support/engine/version-before";
import { type EngineWorld, succeeded } from "../../support/engine/world";

describe("a state of the version before marks", function () {
  this.timeout(400_000);

  it("shows one update a resource, which registers it, and is clean afterwards", () =>
    inWorld(async (world) => {
      const stack = await openWritten(world, allKinds);
      const seen = watch(world, BOTH);
      const plan = succeeded(await stack.preview());
      assert.deepEqual(plan.changes, { update: 3, same: 1 });
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { update: 3, same: 1 });
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      for (const region of BOTH) await assertHolds(stack, marksOf(world, region));
      for (const name of [PARTS, ADDRESS]) {
        assert.deepEqual([isMade(world, US, name), marksOf(world, US, name).length], [true, 1], name);
        await assertHolds(stack, marksOf(world, US, name));
      }
      succeeded(await stack.destroy());
      assertNothing(world);
    }));

  for (const runProgram of [false, true]) {
    it(`leaves nothing where it is destroyed before any up${runProgram ? ", with --run-program" : ""}`, () =>
      inWorld(async (world) => {
        const stack = await openWritten(world, allKinds);
        succeeded(await stack.destroy({ runProgram }));
        assertNothing(world);
        assert.deepEqual(await ourResources(stack), []);
      }));
  }
});

function assertNothing(world: EngineWorld): void {
  assertGone(world);
  assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
}
