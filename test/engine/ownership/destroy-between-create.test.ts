import { between, openRestorable } from "../../support/engine/between-requests";
import { assertGone, assertStands, inWorld, statusesOf, US } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";
import { STRIDE } from "../../support/sample";

/** At each request of one stack's destroy, another stack's destroy or create runs from its beginning to its end. */
describe("a destroy that another operation comes between", function () {
  this.timeout(900_000);

  it("a create: who joins has the domain afterwards", () =>
    inWorld(async (world) => {
      const { dev, prod, restore } = await openRestorable(world);
      for (let nth = 1; ; nth += STRIDE) {
        await restore(prod);
        const reached = await between(world, dev, nth, async () => void succeeded(await prod.up()));
        if (!reached) break;
        const when = `with a create between, at request ${nth}`;
        // Where the destroy had read the marks before, SES may have lost the identity after the create was done.
        const lost = statusesOf(world)[US] === undefined;
        if (lost) succeeded(await prod.up());
        assertStands(world, {}, when);
        succeeded(await prod.destroy());
        assertGone(world, when);
      }
    }));
});
