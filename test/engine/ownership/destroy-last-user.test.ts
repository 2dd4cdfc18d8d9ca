import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import { child } from "../../../provider/core/fqdn";
import { unquoteText } from "../../../provider/dns/txt";
import { assertGone, assertValues, inWorld, tokensOf, US, watch } from "../../support/engine/ownership";
import { DOMAIN, declare, type EngineWorld, succeeded } from "../../support/engine/world";

/** A destroy removes all of ours, however it is asked for; the rule of one run concerns what the run declares. */
describe("a destroy", function () {
  this.timeout(400_000);

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
