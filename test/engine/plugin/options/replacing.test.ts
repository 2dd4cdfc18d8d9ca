import assert from "node:assert/strict";
import { pluginOnly } from "../../../support/engine/door";
import { assertGone, assertQuiet, assertStands, inWorld, ourResources, watch } from "../../../support/engine/ownership";
import { domain } from "../../../support/engine/replacing";
import { NAME, OTHER_TEAM, succeeded } from "../../../support/engine/world";

/** With a dynamic resource the engine sees no changed output: `ownership/replace-on-changes.test.ts` has what it sees. */
pluginOnly().describe("replaceOnChanges of the plugin's resources", function () {
  this.timeout(400_000);

  for (const property of ["*", "verified"]) {
    it(`of ${property}: drift replaces the resource, and the identity stays`, () =>
      inWorld(async (world) => {
        const stack = await world.open({ program: async () => void domain({}, { replaceOnChanges: [property] }) });
        succeeded(await stack.up());
        await assertQuiet(stack);
        world.setValues(NAME, [OTHER_TEAM]);
        const seen = watch(world);
        const preview = succeeded(await stack.preview());
        assert.deepEqual(preview.changes, { replace: 1, same: 1 }, preview.stdout);
        succeeded(await stack.up());
        seen.stop();
        assert.deepEqual(seen.deletions, []);
        assert.deepEqual(
          seen.lapses.filter((one) => !one.endsWith("no value of us-east-1")),
          [],
        );
        assert.equal((await ourResources(stack)).length, 1);
        await assertQuiet(stack);
        assertStands(world);
        succeeded(await stack.destroy());
        assertGone(world);
      }));
  }
});
