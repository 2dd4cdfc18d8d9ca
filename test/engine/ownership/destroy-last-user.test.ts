import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import { child } from "../../../provider/core/fqdn";
import { unquoteText } from "../../../provider/dns/txt";
import { DomainIdentity } from "../../../provider/resources/domain-identity";
import { VerifiedEmailAddress } from "../../../provider/resources/verified-email-address";
import {
  assertGone,
  assertStands,
  assertValues,
  EU,
  inWorld,
  isDeletion,
  ourResources,
  statusesOf,
  tokensOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import { DOMAIN, declare, type EngineWorld, succeeded } from "../../support/engine/world";

const ADDRESS = "sender@elsewhere-example.com";
const PARTS = "parts-example.com";

/** A destroy removes all of ours, however it is asked for; the rule of one run concerns what the run declares. */
describe("a destroy", function () {
  this.timeout(400_000);

  for (const runProgram of [false, true]) {
    it(`${runProgram ? "with --run-program" : "as it is"} removes every kind of resource`, () =>
      inWorld(async (world) => {
        const stack = await world.open({
          async program() {
            declare("mail", { regions: [US, EU] });
            new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
            new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
          },
        });
        succeeded(await stack.up());
        assertStands(world, { regions: [US, EU] });
        const destroy = succeeded(await stack.destroy({ runProgram }));
        assert.equal(destroy.changes.delete, 4);
        assertGone(world);
        assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
        assert.deepEqual(await ourResources(stack), []);
      }));

    it(`${runProgram ? "with --run-program" : "as it is"} and --target removes the one resource`, () =>
      inWorld(async (world) => {
        const stack = await world.open({
          async program() {
            declare("one", { regions: [US] });
            declare("other", { regions: [EU] });
          },
        });
        succeeded(await stack.up());
        const seen = watch(world, [EU]);
        succeeded(await stack.destroy({ runProgram, target: [await urnIn(stack, "one")] }));
        seen.assertNone();
        assertStands(world, { regions: [EU] });
        succeeded(await stack.destroy({ runProgram }));
        assertGone(world);
      }));
  }

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

  it("of the last user removes its values at its own hosts, those of others stay", () =>
    inWorld(async (world) => {
      const cloudflare = await openTwin(world);
      const dev = await world.open({
        stack: "dev",
        program: async () => void declare("mail", { regions: [US], dns: { kind: "route53", zoneId: world.zoneId } }),
      });
      const prod = await world.open({
        stack: "prod",
        program: async () =>
          void declare("mail", {
            regions: [US],
            dns: [
              { kind: "route53", zoneId: world.zoneId },
              { kind: "cloudflare", zoneId: cloudflare.id },
            ],
          }),
      });
      succeeded(await dev.up());
      succeeded(await prod.up());
      const tokens = tokensOf(world);
      assert.deepEqual(cloudflare.values(), ["theirs", ...tokens].sort());
      const seen = watch(world);
      succeeded(await dev.destroy());
      seen.assertNone();
      assertValues(world, tokens);
      succeeded(await prod.destroy());
      assertGone(world);
      assert.deepEqual(cloudflare.values(), ["theirs"]);
    }));
});

/** The same zone at Cloudflare, to which nothing is delegated. */
async function openTwin(world: EngineWorld) {
  const name = child("_amazonses", DOMAIN);
  const twin = await world.emulator.addZone({
    id: "0123456789abcdef0123456789abcdef",
    name: DOMAIN,
    delegated: false,
    sets: [{ name, type: "TXT", ttl: 300, values: [txt("theirs")] }],
  });
  const values = () => world.emulator.zones.view(twin.id).find({ name, type: "TXT" })?.values ?? [];
  return {
    id: twin.id,
    values: () =>
      values()
        .map((value) => unquoteText(value, "octal"))
        .sort(),
  };
}
