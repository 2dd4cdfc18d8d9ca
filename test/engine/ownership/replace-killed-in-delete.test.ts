import { betweenCreateAndDelete } from "../../support/engine/killed-replacement";
import { assertGone, assertStands, inWorld, isDeletion, watch } from "../../support/engine/ownership";
import type { Running } from "../../support/engine/stack";
import { type EngineWorld, succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("in Delete, at each of its requests: the next up ends it, and destroy removes all", () =>
    inWorld(async (world) => {
      for (const nth of [1, 2, 3]) {
        const { stack, open } = await betweenCreateAndDelete(world, `test-${nth}`);
        open();
        const seen = watch(world);
        // Delete is all that is left to do.
        await killAtRequest(world, await stack.spawnUp(), nth);
        await stack.cancel();
        const text = `killed at request ${nth} of Delete`;
        succeeded(await stack.up());
        seen.assertNone();
        assertStands(world, {}, text);
        succeeded(await stack.destroy());
        assertGone(world, text);
      }
    }));
});

async function killAtRequest(world: EngineWorld, running: Running, nth: number): Promise<void> {
  let seen = 0;
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase !== "before" || !/TagResource|ListTags/.test(action) || isDeletion(action)) return;
    seen += 1;
    if (seen < nth) return;
    running.kill();
    throw new Error("nobody is there for the answer");
  });
  await running.done;
  stop();
}
