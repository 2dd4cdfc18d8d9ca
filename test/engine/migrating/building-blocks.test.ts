import assert from "node:assert/strict";
import { openMovingProgram, verified } from "../../support/engine/moving-program";
import { assertQuiet, assertStands, inWorld } from "../../support/engine/ownership";
import { dangersIn, watchStanding } from "../../support/engine/standing";

/** From what people have to a VerifiedDomain, as docs/migrating.md says it. */
describe("moving to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("from the building blocks, and back: the record is retained, the identity needs nothing", () =>
    inWorld(async (world) => {
      const program = await openMovingProgram(world, "keep");
      await program.becomes("blocks");
      await verified(world);
      const watch = watchStanding(world);
      await program.becomes("blocks, retained");
      assert.equal(dangersIn(await program.becomes("ours")), 0);
      await assertQuiet(program.stack);
      await program.becomes("blocks");
      watch.assertUnchanged();
      assertStands(world);
    }));
});
