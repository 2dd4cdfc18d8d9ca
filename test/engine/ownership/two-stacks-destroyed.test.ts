import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  said,
  watch,
} from "../../support/engine/ownership";
import { openBoth } from "../../support/engine/two-stacks";
import { succeeded } from "../../support/engine/world";

/** Two stacks of one project that declare one domain in one region and account. */
describe("two stacks and one domain", function () {
  this.timeout(400_000);

  it("and in the other order", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      succeeded(await prod.up());
      const second = watch(world);
      const destroy = succeeded(await prod.destroy());
      second.assertNone();
      assert.match(said(destroy), /sesdomain-test\/dev/);
      assertStands(world);
      await assertHolds(dev, marksOf(world));
      await assertQuiet(dev);
      succeeded(await dev.destroy());
      assertGone(world);
    }));

  it("two destroys at once end with nothing", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      succeeded(await prod.up());
      for (const run of await Promise.all([dev.destroy(), prod.destroy()])) succeeded(run);
      assertGone(world);
    }));
});
