import assert from "node:assert/strict";
import { program } from "../../support/engine/adopting";
import { assertQuiet, assertStands, inWorld } from "../../support/engine/ownership";
import { dangersIn, linesOn, watchStanding } from "../../support/engine/standing";
import { succeeded } from "../../support/engine/world";

/** From what no resource of the program made, as docs/migrating.md says it. */
describe("moving a domain from elsewhere to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("from another stack: the second joins, the first goes, and nothing changes", () =>
    inWorld(async (world) => {
      const first = await world.open({ stack: "first", program: program("keep") });
      succeeded(await first.up());
      const watch = watchStanding(world);
      const second = await world.open({ stack: "second", program: program("keep") });
      const plan = succeeded(await second.preview());
      assert.equal(dangersIn(plan), 0, plan.stdout);
      succeeded(await second.up());
      const destroyed = succeeded(await first.destroy());
      assert.equal(linesOn(destroyed).filter((text) => text.includes("/second/")).length, 1, destroyed.stdout);
      watch.assertUnchanged();
      assertStands(world);
      await assertQuiet(second);
    }));
});
