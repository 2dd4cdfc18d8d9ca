import assert from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  statusesOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { declare, succeeded } from "../../support/engine/world";

const program = async () => void declare("mail", { regions: [US] });

/** Two backends know nothing of each other: a URN in one may be a URN in the other. */
describe("two stacks of the same names in two backends", function () {
  this.timeout(400_000);

  it("are two users, and one's destroy leaves the other's domain", () =>
    inWorld(async (world) => {
      const [one, other] = [await world.open({ program }), await world.open({ program })];
      succeeded(await one.up());
      const first = marksOf(world);
      succeeded(await other.up());
      assertStands(world, { users: 2 });
      await assertHolds(one, first);
      for (const stack of [one, other]) await assertQuiet(stack);
      const seen = watch(world);
      succeeded(await one.destroy());
      seen.assertNone();
      assertStands(world);
      await assertHolds(other, marksOf(world));
      await assertQuiet(other);
      succeeded(await other.destroy());
      assertGone(world);
    }));

  it("are two users also where both wait for SES at once", () =>
    inWorld(
      async (world) => {
        const [one, other] = [await world.open({ program }), await world.open({ program })];
        const first = await one.spawnUp();
        while (!/Pending/.test(first.output())) await new Promise((resolve) => setTimeout(resolve, 50));
        const second = await other.spawnUp();
        while (!/Pending/.test(second.output())) await new Promise((resolve) => setTimeout(resolve, 50));
        await world.emulator.clock.advance(1_000_000);
        for (const { done } of [first, second]) succeeded(await done);
        assertStands(world, { users: 2 });
        const seen = watch(world);
        succeeded(await other.destroy());
        seen.assertNone();
        assertStands(world);
        succeeded(await one.destroy());
        assertGone(world);
      },
      { ses: { schedule: { firstLookMs: 900_000 } } },
    ));

  it("a state that is copied to the other backend is one user", () =>
    inWorld(async (world) => {
      const [one, copy] = [await world.open({ program }), await world.open({ program })];
      succeeded(await one.up());
      await copy.importState(await one.exportState());
      await assertQuiet(copy);
      succeeded(await copy.up());
      assertStands(world);
      succeeded(await copy.destroy());
      assertGone(world);
      succeeded(await one.destroy());
      assertGone(world);
    }));

  it("so is one that is copied to a stack of another name", () =>
    inWorld(async (world) => {
      const one = await world.open({ stack: "one", program });
      const copy = await world.open({ stack: "copy", program });
      succeeded(await one.up());
      const text = JSON.stringify(await one.exportState()).replaceAll("urn:pulumi:one::", "urn:pulumi:copy::");
      await copy.importState(JSON.parse(text) as Deployment);
      succeeded(await copy.up());
      await assertQuiet(copy);
      assertStands(world);
      await assertHolds(one, marksOf(world));
      succeeded(await one.destroy());
      assertGone(world);
      succeeded(await copy.destroy());
      assert.deepEqual(statusesOf(world), {});
    }));
});
