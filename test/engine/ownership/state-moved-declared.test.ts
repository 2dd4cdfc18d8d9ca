import assert from "node:assert/strict";
import { moveState, program } from "../../support/engine/moved-state";
import { assertGone, assertHolds, assertStands, inWorld, marksOf, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Resources that change stacks, stacks that share a name, and states that are copies of each other. */
describe("a domain whose state is elsewhere", function () {
  this.timeout(400_000);

  it("state move, and the stack it came from declares it again: each is a user", () =>
    inWorld(async (world) => {
      const { from, to } = await moveState(world);
      const seen = watch(world);
      succeeded(await from.up());
      succeeded(await to.up());
      seen.assertNone();
      assertStands(world, { users: 2 });
      const destroyed = watch(world);
      succeeded(await to.destroy());
      destroyed.assertNone();
      assertStands(world);
      await assertHolds(from, marksOf(world));
      succeeded(await from.destroy());
      assertGone(world);
    }));

  it("state move, then another name without an alias: the domain stays", () =>
    inWorld(async (world) => {
      const { to } = await moveState(world);
      to.changeProgram(program("post"));
      const seen = watch(world);
      const up = succeeded(await to.up());
      seen.assertNone();
      assert.equal(up.changes.create, 1);
      assertStands(world);
      succeeded(await to.destroy());
      assertGone(world);
    }));
});
