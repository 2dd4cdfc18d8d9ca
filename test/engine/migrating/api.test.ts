import assert from "node:assert/strict";
import { program } from "../../support/engine/adopting";
import { assertQuiet, assertStands, inWorld, marksOf, US } from "../../support/engine/ownership";
import { dangersIn, linesOn, watchStanding } from "../../support/engine/standing";
import { ACCOUNT, DOMAIN, NAME, OTHER_TEAM, succeeded } from "../../support/engine/world";

/** From what no resource of the program made, as docs/migrating.md says it. */
describe("moving a domain from elsewhere to a VerifiedDomain", function () {
  this.timeout(300_000);

  for (const adopt of ["own", "keep"] as const) {
    it(`from an identity and a record that an API made, ${adopt}: they stay as they are`, () =>
      inWorld(async (world) => {
        world.emulator.cloud.ses.inject([
          { accountId: ACCOUNT, region: US, name: DOMAIN, tags: { ManagedBy: "hand" } },
        ]);
        const token = world.emulator.cloud.ses.identity(ACCOUNT, US, DOMAIN)?.token ?? "";
        world.setValues(NAME, [OTHER_TEAM, token]);
        const watch = watchStanding(world);
        const stack = await world.open({ program: program(adopt) });
        const plan = succeeded(await stack.preview());
        assert.equal(dangersIn(plan), 1, plan.stdout);
        succeeded(await stack.up());
        await assertQuiet(stack);
        watch.assertUnchanged();
        assertStands(world, { made: adopt === "own" });
        if (adopt === "own") return;
        // By hand, keep: what was there is left as it was.
        const kept = watchStanding(world);
        const destroyed = succeeded(await stack.destroy());
        assert.equal(linesOn(destroyed).length, 1, destroyed.stdout);
        kept.assertUnchanged();
        assert.deepEqual(marksOf(world), []);
      }));
  }
});
