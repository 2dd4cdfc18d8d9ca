import assert from "node:assert/strict";
import {
  adoptedIn,
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  said,
  US,
  watch,
} from "../../support/engine/ownership";
import { openBoth } from "../../support/engine/two-stacks";
import { succeeded } from "../../support/engine/world";

/** Two stacks of one project that declare one domain in one region and account. */
describe("two stacks and one domain", function () {
  this.timeout(400_000);

  it("the second is told of the first, and neither's destroy takes it from the other", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      const plan = succeeded(await prod.preview());
      assert.deepEqual(plan.changes, { create: 2 });
      assert.match(said(plan), /sesdomain-test\/dev/);
      const joining = watch(world);
      succeeded(await prod.up());
      joining.assertNone();
      assertStands(world, { users: 2 });
      assert.deepEqual(await adoptedIn(prod), { [US]: false });
      for (const stack of [dev, prod]) await assertQuiet(stack);
      const first = watch(world);
      const destroy = succeeded(await dev.destroy());
      first.assertNone();
      assert.match(said(destroy), /sesdomain-test\/prod/);
      assertStands(world);
      await assertHolds(prod, marksOf(world));
      await assertQuiet(prod);
      succeeded(await prod.destroy());
      assertGone(world);
    }));
});
