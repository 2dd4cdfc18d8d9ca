import assert from "node:assert/strict";
import { openMovingProgram, verified } from "../../support/engine/moving-program";
import { inWorld } from "../../support/engine/ownership";
import { deletionsIn, linesOn, watchStanding } from "../../support/engine/standing";

/** From what people have to a VerifiedDomain, as docs/migrating.md says it. */
describe("moving to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("and back: retained by ours, everything stays for the resources that come next", () =>
    inWorld(async (world) => {
      const program = await openMovingProgram(world, "own");
      await program.becomes("aws, retained");
      await verified(world);
      await program.becomes("ours");
      const watch = watchStanding(world);
      await program.becomes("ours, retained");
      const plan = await program.previewOf("nothing");
      assert.deepEqual(deletionsIn(plan), ["retained"], plan.stdout);
      const removed = await program.becomes("nothing");
      // What is retained is the engine's: it calls nothing.
      assert.deepEqual(linesOn(removed), []);
      watch.assertUnchanged();
    }));
});
