import { assertGone, assertStands, inWorld, oneDomain, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Two backends know nothing of each other: a URN in one may be a URN in the other. */
describe("two stacks of the same names in two backends", function () {
  this.timeout(400_000);

  it("are two users also where both wait for SES at once", () =>
    inWorld(
      async (world) => {
        const [one, other] = [await world.open({ program: oneDomain }), await world.open({ program: oneDomain })];
        const first = await one.spawnUp();
        while (!/Pending/.test(first.output())) await new Promise((resolve) => setTimeout(resolve, 50));
        const second = await other.spawnUp();
        while (!/Pending/.test(second.output())) await new Promise((resolve) => setTimeout(resolve, 50));
        await world.emulator.clock.advance(1_000_000);
        for (const { done } of [first, second]) succeeded(await done);
        assertStands(world, { users: 2 });
        const seen = watch(world);
        succeeded(await other.destroy());
        seen.assertNone();
        assertStands(world);
        succeeded(await one.destroy());
        assertGone(world);
      },
      { ses: { schedule: { firstLookMs: 900_000 } } },
    ));
});
