import assert from "node:assert/strict";
import { child } from "../../../provider/core/fqdn";
import { SECOND } from "../../support/engine/moving-region";
import { assertGone, assertQuiet, assertStands, inWorld, statusesOf, US, watch } from "../../support/engine/ownership";
import { VerifiedDomain } from "../../support/engine/resources";
import { DOMAIN, succeeded } from "../../support/engine/world";

/** What one resource gives away and another takes in the same run is never deleted in between. */
describe("an identity that moves between resources", function () {
  this.timeout(400_000);

  it("two resources swap their domains", () =>
    inWorld(async (world) => {
      const zone = await world.emulator.addZone({ name: SECOND });
      let swapped = false;
      const one = (name: string, domain: string) =>
        new VerifiedDomain(name, { domain, identities: [{ region: US }], dns: { kind: "route53" } });
      const stack = await world.open({
        async program() {
          one("a", swapped ? SECOND : DOMAIN);
          one("b", swapped ? DOMAIN : SECOND);
        },
      });
      succeeded(await stack.up());
      swapped = true;
      const seen = watch(world, [US]);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { replace: 2, same: 1 });
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world);
      assert.deepEqual(statusesOf(world, SECOND), { [US]: "Success" });
      succeeded(await stack.destroy());
      assertGone(world);
      assert.deepEqual(statusesOf(world, SECOND), {});
      const left = world.emulator.zones.view(zone.id).find({ name: child("_amazonses", SECOND), type: "TXT" });
      assert.equal(left, undefined);
    }));
});
