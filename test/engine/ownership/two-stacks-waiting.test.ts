import assert from "node:assert/strict";
import {
  adoptedIn,
  assertGone,
  assertStands,
  inWorld,
  marksOf,
  statusesOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { openBoth } from "../../support/engine/two-stacks";
import { NAME, succeeded } from "../../support/engine/world";

/** Two stacks of one project that declare one domain in one region and account. */
describe("two stacks and one domain", function () {
  this.timeout(400_000);

  it("one joins while the other still waits for SES", () =>
    inWorld(
      async (world) => {
        const [dev, prod] = await openBoth(world);
        const first = await dev.spawnUp();
        await until(() => marksOf(world).length === 1 || statusesOf(world)[US] === "Pending");
        const second = await prod.spawnUp();
        await until(() => /Pending/.test(second.output()));
        // SES looks once in this time: a value that is not there by then is looked for much later.
        await until(() => (world.at(NAME)?.values.length ?? 0) > 1);
        await world.emulator.clock.advance(1_200_000);
        for (const { done } of [first, second]) succeeded(await done);
        assertStands(world, { users: 2 });
        assert.deepEqual([await adoptedIn(dev), await adoptedIn(prod)], [{ [US]: false }, { [US]: false }]);
        const seen = watch(world);
        succeeded(await dev.destroy());
        seen.assertNone();
        assertStands(world);
        succeeded(await prod.destroy());
        assertGone(world);
      },
      // Longer than a busy machine takes to begin both.
      { ses: { schedule: { firstLookMs: 900_000 } } },
    ));
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
