import assert from "node:assert/strict";
import { assertGone, assertStands, EU, inWorld, isDeletion, US, watch } from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

/** A destroy removes all of ours, however it is asked for; the rule of one run concerns what the run declares. */
describe("a destroy", function () {
  this.timeout(400_000);

  it("removes the identity first, then its value", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US] }) });
      succeeded(await stack.up());
      const order: string[] = [];
      const stop = world.emulator.onRequest(({ phase, action }) => {
        if (phase === "after" && (isDeletion(action) || action === "ChangeResourceRecordSets")) order.push(action);
      });
      succeeded(await stack.destroy());
      stop();
      assert.deepEqual(order, ["DeleteIdentity", "ChangeResourceRecordSets"]);
      assertGone(world);
    }));

  it("removes a resource that the program no longer declares", () =>
    inWorld(async (world) => {
      let declared = true;
      const stack = await world.open({
        async program() {
          if (declared) declare("one", { regions: [US] });
          declare("other", { regions: [EU] });
        },
      });
      succeeded(await stack.up());
      declared = false;
      const seen = watch(world, [EU]);
      succeeded(await stack.up());
      seen.assertNone();
      assertStands(world, { regions: [EU] });
    }));
});
