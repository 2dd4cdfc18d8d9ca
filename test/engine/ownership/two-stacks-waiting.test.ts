import assert from "node:assert/strict";
import { VerifiedDomain } from "../../../provider/resources/verified-domain";
import {
  adoptedIn,
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  EU,
  inWorld,
  marksOf,
  said,
  statusesOf,
  US,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { DOMAIN, declare, type EngineWorld, NAME, succeeded } from "../../support/engine/world";

/** Two stacks of one project that declare one domain in one region and account. */
describe("two stacks and one domain", function () {
  this.timeout(400_000);

  it("the second is told of the first, and neither's destroy takes it from the other", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      const plan = succeeded(await prod.preview());
      assert.deepEqual(plan.changes, { create: 2 });
      assert.match(said(plan), /sesdomain-test\/dev/);
      const joining = watch(world);
      succeeded(await prod.up());
      joining.assertNone();
      assertStands(world, { users: 2 });
      assert.deepEqual(await adoptedIn(prod), { [US]: false });
      for (const stack of [dev, prod]) await assertQuiet(stack);
      const first = watch(world);
      const destroy = succeeded(await dev.destroy());
      first.assertNone();
      assert.match(said(destroy), /sesdomain-test\/prod/);
      assertStands(world);
      await assertHolds(prod, marksOf(world));
      await assertQuiet(prod);
      succeeded(await prod.destroy());
      assertGone(world);
    }));

  it("and in the other order", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      succeeded(await prod.up());
      const second = watch(world);
      const destroy = succeeded(await prod.destroy());
      second.assertNone();
      assert.match(said(destroy), /sesdomain-test\/dev/);
      assertStands(world);
      await assertHolds(dev, marksOf(world));
      await assertQuiet(dev);
      succeeded(await dev.destroy());
      assertGone(world);
    }));

  it("one joins while the other still waits for SES", () =>
    inWorld(
      async (world) => {
        const [dev, prod] = await openBoth(world);
        const first = await dev.spawnUp();
        await until(() => marksOf(world).length === 1 || statusesOf(world)[US] === "Pending");
        const second = await prod.spawnUp();
        await until(() => /Pending/.test(second.output()));
        // SES looks once in this time: a value that is not there by then is looked for much later.
        await until(() => (world.at(NAME)?.values.length ?? 0) > 1);
        await world.emulator.clock.advance(1_200_000);
        for (const { done } of [first, second]) succeeded(await done);
        assertStands(world, { users: 2 });
        assert.deepEqual([await adoptedIn(dev), await adoptedIn(prod)], [{ [US]: false }, { [US]: false }]);
        const seen = watch(world);
        succeeded(await dev.destroy());
        seen.assertNone();
        assertStands(world);
        succeeded(await prod.destroy());
        assertGone(world);
      },
      // Longer than a busy machine takes to begin both.
      { ses: { schedule: { firstLookMs: 900_000 } } },
    ));

  it("one that removes a region leaves it to the other, with its value", () =>
    inWorld(async (world) => {
      let regions = [US, EU];
      const dev = await world.open({ stack: "dev", program: async () => void declare("mail", { regions }) });
      const prod = await world.open({
        stack: "prod",
        sameFolderAs: dev,
        program: async () => void declare("mail", { regions: [US, EU] }),
      });
      succeeded(await dev.up());
      succeeded(await prod.up());
      regions = [US];
      const seen = watch(world, [US, EU]);
      succeeded(await dev.up());
      seen.assertNone();
      await assertQuiet(dev);
      await assertQuiet(prod);
      assert.deepEqual([marksOf(world, US).length, marksOf(world, EU).length], [2, 1]);
      await assertHolds(prod, marksOf(world, EU));
      succeeded(await prod.destroy());
      assertStands(world, { regions: [US] });
      succeeded(await dev.destroy());
      assertGone(world);
    }));

  it("two destroys at once end with nothing", () =>
    inWorld(async (world) => {
      const [dev, prod] = await openBoth(world);
      succeeded(await dev.up());
      succeeded(await prod.up());
      for (const run of await Promise.all([dev.destroy(), prod.destroy()])) succeeded(run);
      assertGone(world);
    }));
});

async function openBoth(world: EngineWorld): Promise<readonly [EngineStack, EngineStack]> {
  const program = async () =>
    void new VerifiedDomain("mail", { domain: DOMAIN, identities: [{ region: US }], dns: { kind: "route53" } });
  const dev = await world.open({ stack: "dev", program });
  return [dev, await world.open({ stack: "prod", sameFolderAs: dev, program })];
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
