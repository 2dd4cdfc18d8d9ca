import assert from "node:assert/strict";
import { assertQuiet, assertStands, EU, inWorld, statusesOf, US, urnIn, watch } from "../../support/engine/ownership";
import { assertReplaced, domain } from "../../support/engine/replacing";
import { succeeded } from "../../support/engine/world";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("--replace keeps a verified domain in both regions", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain({ regions: [US, EU] }) });
      succeeded(await stack.up());
      await assertReplaced(world, stack, [US, EU], { replace: [await urnIn(stack, "mail")] });
    }));

  it("what the replacement no longer wants goes with the old one", () =>
    inWorld(async (world) => {
      let regions = [US, EU];
      const stack = await world.open({ program: async () => void domain({ regions }) });
      succeeded(await stack.up());
      regions = [US];
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      await assertQuiet(stack);
      assertStands(world);
    }));
});
