import assert from "node:assert/strict";
import { child, fqdn } from "../../../provider/core/fqdn";
import { DomainIdentity } from "../../../provider/resources/domain-identity";
import { VerifiedDomain } from "../../../provider/resources/verified-domain";
import {
  assertGone,
  assertQuiet,
  assertStands,
  assertValues,
  EU,
  inWorld,
  marksOf,
  ourResources,
  statusesOf,
  tokensOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import { DOMAIN, declare, succeeded } from "../../support/engine/world";

const AP = "ap-southeast-2";
const SECOND = fqdn("second-ses-example.com");

/** What one resource gives away and another takes in the same run is never deleted in between. */
describe("an identity that moves between resources", function () {
  this.timeout(400_000);

  for (const { title, order } of [
    { title: "side by side", order: undefined },
    { title: "where the one that takes it comes last", order: "b" },
    { title: "where the one that takes it comes first", order: "a" },
  ] as const) {
    it(`a region moves from one resource to another, ${title}`, () =>
      inWorld(async (world) => {
        let regions: Readonly<Record<"a" | "b", readonly string[]>> = { a: [US, EU], b: [AP] };
        const one = (name: "a" | "b", dependsOn: VerifiedDomain[] = []) =>
          new VerifiedDomain(
            name,
            {
              domain: DOMAIN,
              identities: regions[name].map((region) => ({ region })),
              dns: { kind: "route53" },
            },
            { dependsOn },
          );
        const stack = await world.open({
          async program() {
            if (order === "a") one("a", [one("b")]);
            else if (order === "b") one("b", [one("a")]);
            else void [one("a"), one("b")];
          },
        });
        succeeded(await stack.up());
        const before = { us: marksOf(world, US), ap: marksOf(world, AP) };
        regions = { a: [US], b: [AP, EU] };
        // One that waits for the other's update is declared after it: what the other gives away is gone by then, and made again.
        const seen = watch(world, order === "b" ? [US, AP] : [US, EU, AP]);
        const up = succeeded(await stack.up());
        assert.deepEqual(up.changes, { update: 2, same: 1 });
        seen.assertNone();
        await assertQuiet(stack);
        assertStands(world, { regions: [US, EU, AP] });
        assert.deepEqual({ us: marksOf(world, US), ap: marksOf(world, AP) }, before);
        assert.deepEqual(
          marksOf(world, EU).map(({ mark }) => mark),
          before.ap.map(({ mark }) => mark),
          "the region is the other resource's now",
        );
        const first = order === "a" ? "a" : "b";
        succeeded(await stack.destroy({ target: [await urnIn(stack, first)] }));
        assertStands(world, { regions: first === "a" ? [AP, EU] : [US] });
        succeeded(await stack.destroy());
        assertGone(world);
      }));
  }

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
