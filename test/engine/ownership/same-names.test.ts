import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  oneDomain,
  watch,
} from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Two backends know nothing of each other: a URN in one may be a URN in the other. */
describe("two stacks of the same names in two backends", function () {
  this.timeout(400_000);

  it("are two users, and one's destroy leaves the other's domain", () =>
    inWorld(async (world) => {
      const [one, other] = [await world.open({ program: oneDomain }), await world.open({ program: oneDomain })];
      succeeded(await one.up());
      const first = marksOf(world);
      succeeded(await other.up());
      assertStands(world, { users: 2 });
      await assertHolds(one, first);
      for (const stack of [one, other]) await assertQuiet(stack);
      const seen = watch(world);
      succeeded(await one.destroy());
      seen.assertNone();
      assertStands(world);
      await assertHolds(other, marksOf(world));
      await assertQuiet(other);
      succeeded(await other.destroy());
      assertGone(world);
    }));
});
