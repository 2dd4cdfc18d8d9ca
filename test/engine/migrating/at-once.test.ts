import assert from "node:assert/strict";
import { openMovingProgram } from "../../support/engine/moving-program";
import { assertQuiet, inWorld } from "../../support/engine/ownership";
import { dangersIn, watchStanding } from "../../support/engine/standing";

/** What docs/migrating.md says of programs that do not let the old resources go first. */
describe("moving to a VerifiedDomain without care", function () {
  this.timeout(300_000);

  it("both at once, then the old ones retained and removed: told by the create that meets what this up made", () =>
    inWorld(async (world) => {
      const program = await openMovingProgram(world, "keep");
      assert.equal(dangersIn(await program.becomes("both")), 1);
      const watch = watchStanding(world);
      await program.becomes("both, retained");
      await program.becomes("ours");
      watch.assertUnchanged();
      await assertQuiet(program.stack);
    }));
});
