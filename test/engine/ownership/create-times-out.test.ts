import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  isMade,
  marksOf,
  US,
} from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

/** SES looks for the first time after the run has given up. */
const LATE = { ses: { schedule: { firstLookMs: 60_000 } } };

/** What a create leaves that ends early, and what takes an identity from under it. */
describe("a create that does not end as planned", function () {
  this.timeout(400_000);

  it("times out: its mark is settled, the next up keeps it, and destroy removes all", () =>
    inWorld(async (world) => {
      let timeout = "3s";
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US], timeout }) });
      assert.equal((await stack.up()).failed, true);
      const marks = marksOf(world);
      assert.deepEqual(
        marks.map(({ state }) => state),
        ["settled"],
      );
      assert.equal(isMade(world), true);
      await assertHolds(stack, marks);
      timeout = "2m";
      const running = await stack.spawnUp();
      await world.emulator.clock.advance(120_000);
      succeeded(await running.done);
      assertStands(world);
      assert.deepEqual(marksOf(world), marks);
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }, LATE));

  it("times out: a destroy right after removes all", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US], timeout: "3s" }) });
      assert.equal((await stack.up()).failed, true);
      succeeded(await stack.destroy());
      assertGone(world);
    }, LATE));
});
