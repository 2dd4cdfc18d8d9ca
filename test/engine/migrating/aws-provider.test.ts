import assert from "node:assert/strict";
import { openMovingProgram, verified } from "../../support/engine/moving-program";
import { assertGone, assertQuiet, assertStands, inWorld } from "../../support/engine/ownership";
import { dangersIn, deletionsIn, linesOn, watchStanding } from "../../support/engine/standing";
import { succeeded } from "../../support/engine/world";

/** From what people have to a VerifiedDomain, as docs/migrating.md says it. */
describe("moving to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("from the AWS provider's resources, retained first: nothing ever changes, and destroy then removes all of it", () =>
    inWorld(async (world) => {
      const program = await openMovingProgram(world, "own");
      await program.becomes("aws");
      await verified(world);
      const watch = watchStanding(world);
      const retained = await program.becomes("aws, retained");
      assert.deepEqual(retained.changes, { same: 3 });
      const plan = await program.previewOf("ours");
      assert.deepEqual(deletionsIn(plan), ["retained", "retained"], plan.stdout);
      assert.equal(dangersIn(plan), 1, plan.stdout);
      assert.equal(dangersIn(await program.becomes("ours")), 1);
      watch.assertUnchanged();
      assertStands(world);
      await assertQuiet(program.stack);
      const destroyed = succeeded(await program.stack.destroy());
      assert.equal(linesOn(destroyed).length, 1, destroyed.stdout);
      assertGone(world);
    }));
});
