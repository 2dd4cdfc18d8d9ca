import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  US,
} from "../../support/engine/ownership";
import { ACCOUNT, DOMAIN, declare, succeeded } from "../../support/engine/world";

/** What a create leaves that ends early, and what takes an identity from under it. */
describe("a create that does not end as planned", function () {
  this.timeout(400_000);

  it("loses its identity right after it has registered: asks again, and registers again", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US] }) });
      let taken = false;
      const stop = world.emulator.onRequest(({ phase, action }) => {
        if (taken || phase !== "after" || action !== "TagResource") return;
        taken = true;
        world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: US }, DOMAIN);
      });
      succeeded(await stack.up());
      stop();
      assert.equal(taken, true);
      assertStands(world);
      await assertHolds(stack, marksOf(world));
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
