import assert from "node:assert/strict";
import {
  assertGone,
  assertQuiet,
  deny,
  inWorld,
  marksOf,
  oneDomain,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  it("without ses:UntagResource: a mark that is leaving counts as none", () =>
    inWorld(async (world) => {
      deny(world, "UntagResource");
      const dev = await world.open({ stack: "dev", program: oneDomain });
      const prod = await world.open({ stack: "prod", program: oneDomain });
      succeeded(await dev.up());
      succeeded(await prod.up());
      const seen = watch(world);
      succeeded(await dev.destroy());
      succeeded(await prod.up({ replace: [await urnIn(prod, "mail")] }));
      seen.assertNone();
      assert.deepEqual(
        marksOf(world)
          .map(({ state }) => state)
          .sort(),
        ["leaving", "leaving", "settled"],
      );
      await assertQuiet(prod);
      succeeded(await prod.destroy());
      assertGone(world);
    }));
});
