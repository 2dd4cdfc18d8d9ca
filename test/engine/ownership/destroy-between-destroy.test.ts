import assert from "node:assert/strict";
import { between, openRestorable } from "../../support/engine/between-requests";
import { assertGone, inWorld, isDeletion, marksOf } from "../../support/engine/ownership";
import { type EngineWorld, succeeded } from "../../support/engine/world";
import { STRIDE } from "../../support/sample";

/** At each request of one stack's destroy, another stack's destroy or create runs from its beginning to its end. */
describe("a destroy that another operation comes between", function () {
  this.timeout(900_000);

  it("another destroy: nobody registered loses the domain, and the last one out removes it", () =>
    inWorld(async (world) => {
      const { dev, prod, restore } = await openRestorable(world);
      for (let nth = 1; ; nth += STRIDE) {
        await restore();
        const stop = refuseDeletionsUnderUsers(world);
        const reached = await between(world, dev, nth, async () => void succeeded(await prod.destroy()));
        stop();
        if (!reached) break;
        assertGone(world, `with a destroy between, at request ${nth}`);
      }
    }));
});

/** Fails a deletion while another user than those that are leaving is registered. */
function refuseDeletionsUnderUsers(world: EngineWorld): () => void {
  const early: string[] = [];
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase !== "before" || !isDeletion(action)) return;
    early.push(
      ...marksOf(world)
        .filter(({ state }) => state !== "leaving")
        .map(({ text }) => text),
    );
  });
  return () => {
    stop();
    assert.deepEqual(early, [], "registered users when the deletion came");
  };
}
