import assert from "node:assert/strict";
import { assertQuiet, inWorld, US } from "../../support/engine/ownership";
import { watchStanding } from "../../support/engine/standing";
import { DOMAIN, declare, NAME, OTHER_TEAM, succeeded } from "../../support/engine/world";

/** From what no resource of the program made, as docs/migrating.md says it. */
describe("moving a domain from elsewhere to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("from one host to another: both first, then the delegation, then the new one alone", () =>
    inWorld(async (world) => {
      const { emulator } = world;
      const cloudflare = await emulator.addZone({ name: DOMAIN, account: "cloudflare", delegated: false });
      emulator.cloudflare.tokens.add({ token: "not-a-token", account: "cloudflare", zones: [DOMAIN] });
      // As one copies a zone before one moves it.
      const copied = emulator.zones.view(world.zoneId).find({ name: NAME, type: "TXT" });
      assert.ok(copied);
      emulator.zones.change(cloudflare.id, [{ action: "put", set: copied }]);
      const [route53, other] = [{ kind: "route53" }, { kind: "cloudflare" }] as const;
      let dns: Parameters<typeof declare>[1] = { dns: route53 };
      const stack = await world.open({
        program: async () => void declare("mail", { regions: [US], ...dns }),
        config: {
          "cloudflare:apiToken": { secret: "not-a-token" },
          "cloudflare:baseUrl": emulator.env.CLOUDFLARE_BASE_URL ?? "",
        },
      });
      succeeded(await stack.up());
      const watch = watchStanding(world);
      dns = { dns: [route53, other] };
      succeeded(await stack.up());
      emulator.zones.delegate(cloudflare.id, true);
      await emulator.zones.settled();
      await emulator.clock.advance(600_000);
      dns = { dns: other };
      succeeded(await stack.up());
      watch.assertUnchanged();
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      await assertQuiet(stack);
    }));
});
