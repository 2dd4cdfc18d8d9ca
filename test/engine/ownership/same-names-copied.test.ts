import assert from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  oneDomain,
  statusesOf,
} from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Two backends know nothing of each other: a URN in one may be a URN in the other. */
describe("two stacks of the same names in two backends", function () {
  this.timeout(400_000);

  it("a state that is copied to the other backend is one user", () =>
    inWorld(async (world) => {
      const [one, copy] = [await world.open({ program: oneDomain }), await world.open({ program: oneDomain })];
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
      const one = await world.open({ stack: "one", program: oneDomain });
      const copy = await world.open({ stack: "copy", program: oneDomain });
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
