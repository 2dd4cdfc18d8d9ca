import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  EU,
  inWorld,
  marksOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

/** Two stacks of one project that declare one domain in one region and account. */
describe("two stacks and one domain", function () {
  this.timeout(400_000);

  it("one that removes a region leaves it to the other, with its value", () =>
    inWorld(async (world) => {
      let regions = [US, EU];
      const dev = await world.open({ stack: "dev", program: async () => void declare("mail", { regions }) });
      const prod = await world.open({
        stack: "prod",
        sameFolderAs: dev,
        program: async () => void declare("mail", { regions: [US, EU] }),
      });
      succeeded(await dev.up());
      succeeded(await prod.up());
      regions = [US];
      const seen = watch(world, [US, EU]);
      succeeded(await dev.up());
      seen.assertNone();
      await assertQuiet(dev);
      await assertQuiet(prod);
      assert.deepEqual([marksOf(world, US).length, marksOf(world, EU).length], [2, 1]);
      await assertHolds(prod, marksOf(world, EU));
      succeeded(await prod.destroy());
      assertStands(world, { regions: [US] });
      succeeded(await dev.destroy());
      assertGone(world);
    }));
});
