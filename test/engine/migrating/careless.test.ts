import assert from "node:assert/strict";
import { openMovingProgram, verified } from "../../support/engine/moving-program";
import { assertQuiet, inWorld, statusesOf, tokensOf, US } from "../../support/engine/ownership";
import { dangersIn, deletionsIn } from "../../support/engine/standing";
import { NAME, succeeded } from "../../support/engine/world";

/** What docs/migrating.md says of programs that do not let the old resources go first. */
describe("moving to a VerifiedDomain without care", function () {
  this.timeout(300_000);

  it("carelessly: preview and up warn; the next preview shows what the old resources took away, and up repairs it", () =>
    inWorld(async (world) => {
      const program = await openMovingProgram(world, "own");
      await program.becomes("aws");
      await verified(world);
      for (const _ of [1, 2]) {
        const plan = await program.previewOf("ours");
        assert.deepEqual(deletionsIn(plan), ["deleted", "deleted"], plan.stdout);
        assert.equal(dangersIn(plan), 1, plan.stdout);
      }
      assert.equal(dangersIn(await program.becomes("ours")), 1);
      assert.deepEqual(statusesOf(world), {});
      assert.equal(world.at(NAME), undefined);
      const drift = await program.stack.preview({ expectNoChanges: true });
      assert.notEqual(drift.exitCode, 0, drift.stdout);
      assert.equal(dangersIn(drift), 0, drift.stdout);
      succeeded(await program.stack.up());
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assert.deepEqual(world.at(NAME)?.values, tokensOf(world));
      await assertQuiet(program.stack);
    }));
});
