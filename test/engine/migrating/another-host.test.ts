import assert from "node:assert/strict";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import { assertQuiet, assertStands, inWorld, marksOf, US } from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { dangersIn, linesOn, watchStanding } from "../../support/engine/standing";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "../../support/engine/world";

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
        const stack = await declaring(world, adopt);
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

  it("from another stack: the second joins, the first goes, and nothing changes", () =>
    inWorld(async (world) => {
      const first = await declaring(world, "keep", "first");
      succeeded(await first.up());
      const watch = watchStanding(world);
      const second = await declaring(world, "keep", "second");
      const plan = succeeded(await second.preview());
      assert.equal(dangersIn(plan), 0, plan.stdout);
      succeeded(await second.up());
      const destroyed = succeeded(await first.destroy());
      assert.equal(linesOn(destroyed).filter((text) => text.includes("/second/")).length, 1, destroyed.stdout);
      watch.assertUnchanged();
      assertStands(world);
      await assertQuiet(second);
    }));

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

function declaring(world: EngineWorld, adopt: Adoption, stack = "test"): Promise<EngineStack> {
  return world.open({ stack, program: async () => void declare("mail", { regions: [US], adopt }) });
}
