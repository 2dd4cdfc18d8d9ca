import assert from "node:assert/strict";
import { SECOND } from "../../support/engine/moving-region";
import {
  assertGone,
  assertQuiet,
  assertStands,
  assertValues,
  inWorld,
  ourResources,
  statusesOf,
  tokensOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { DomainIdentity } from "../../support/engine/resources";
import { DOMAIN, declare, succeeded } from "../../support/engine/world";

/** What one resource gives away and another takes in the same run is never deleted in between. */
describe("an identity that moves between resources", function () {
  this.timeout(400_000);

  it("another domain takes the place of the first, which goes with its value", () =>
    inWorld(async (world) => {
      await world.emulator.addZone({ name: SECOND });
      let domain: string = DOMAIN;
      const stack = await world.open({ program: async () => void declare("mail", { domain, regions: [US] }) });
      succeeded(await stack.up());
      domain = SECOND;
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { replace: 1, same: 1 });
      assertGone(world);
      assert.deepEqual(statusesOf(world, SECOND), { [US]: "Success" });
      await assertQuiet(stack);
    }));

  it("a VerifiedDomain becomes a DomainIdentity: the identity stays, and its value", () =>
    inWorld(async (world) => {
      let parts = false;
      const stack = await world.open({
        async program() {
          if (parts) new DomainIdentity("parts", { domain: DOMAIN, identities: [{ region: US }] });
          else declare("mail", { regions: [US] });
        },
      });
      succeeded(await stack.up());
      const tokens = tokensOf(world);
      parts = true;
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      assertStands(world);
      succeeded(await stack.destroy());
      // The value is another provider's to remove by now.
      assert.deepEqual(statusesOf(world), {});
      assertValues(world, tokens);
      assert.deepEqual(await ourResources(stack), []);
    }));
});
