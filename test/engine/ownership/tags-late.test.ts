import assert from "node:assert/strict";
import { program } from "../../support/engine/adopting";
import {
  adoptedIn,
  assertGone,
  assertQuiet,
  inWorld,
  isMade,
  marksOf,
  said,
  statusesOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** SES keeps fifty tags of an identity, and may show them late. */
describe("a domain whose tags are full or late", function () {
  this.timeout(400_000);

  it("tags that are read late: a destroy after a join leaves the domain to who joined", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program: program() });
      const prod = await world.open({ stack: "prod", program: program() });
      succeeded(await dev.up());
      succeeded(await prod.up());
      const late = world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 2_000 });
      const seen = watch(world);
      succeeded(await dev.destroy());
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      late.off();
      succeeded(await prod.destroy());
      assertGone(world);
    }));

  it("tags that are read late: a create, a replacement and a destroy in a row", () =>
    inWorld(async (world) => {
      world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 2_000 });
      const stack = await world.open({ program: program() });
      succeeded(await stack.up());
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      await assertQuiet(stack);
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      assert.equal(isMade(world), true);
      assert.equal(marksOf(world).filter(({ state }) => state === "settled").length, 1);
      const destroy = succeeded(await stack.destroy());
      assertGone(world, said(destroy));
    }));
});
