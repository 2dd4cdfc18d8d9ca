import assert from "node:assert/strict";
import { assertGone, assertQuiet, assertStands, deny, inWorld, urnIn, watch } from "../../support/engine/ownership";
import { BOTH, domainAlone, openWritten } from "../../support/engine/version-before";
import { succeeded } from "../../support/engine/world";

describe("a state of the version before marks", function () {
  this.timeout(400_000);

  it("keeps its domain in a replacement before any other up", () =>
    inWorld(async (world) => {
      const stack = await openWritten(world, domainAlone());
      const seen = watch(world, BOTH);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("keeps its domain under another name before any other up", () =>
    inWorld(async (world) => {
      const stack = await openWritten(world, domainAlone("post"));
      const seen = watch(world, BOTH);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { create: 1, delete: 1, same: 1 });
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("without ses:TagResource is clean after one up, and leaves nothing", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await openWritten(world, domainAlone());
      const seen = watch(world, BOTH);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
