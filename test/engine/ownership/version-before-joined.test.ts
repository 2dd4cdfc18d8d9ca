import assert from "node:assert/strict";
import { assertGone, assertStands, inWorld, said, watch } from "../../support/engine/ownership";
import { assertOneUpdate, BOTH, domainAlone, openWritten } from "../../support/engine/version-before";
import { succeeded } from "../../support/engine/world";

describe("a state of the version before marks", function () {
  this.timeout(400_000);

  for (const first of ["old", "joined"] as const) {
    it(`counts as a user for one that joins before it is registered, where the ${first} one goes first`, () =>
      inWorld(async (world) => {
        const old = await openWritten(world, domainAlone());
        const joined = await world.open({ stack: "joined", program: domainAlone() });
        assert.match(said(succeeded(await joined.preview())), /sesdomain-test\/test/);
        succeeded(await joined.up());
        const seen = watch(world, BOTH);
        const destroy = succeeded(await (first === "old" ? old : joined).destroy());
        seen.assertNone();
        assert.match(said(destroy), first === "old" ? /sesdomain-test\/joined/ : /sesdomain-test\/test/);
        if (first === "joined") {
          await assertOneUpdate(old);
        }
        assertStands(world, { regions: BOTH });
        succeeded(await (first === "old" ? joined : old).destroy());
        assertGone(world);
      }));
  }
});
