import assert from "node:assert/strict";
import {
  assertQuiet,
  assertValues,
  deny,
  inWorld,
  oneDomain,
  statusesOf,
  tokensOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { livesWithoutMarks } from "../../support/engine/unmarked";
import { declare, succeeded } from "../../support/engine/world";

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  it("without any permission for tags: the same", () =>
    inWorld(async (world) => {
      deny(world, "TagResource", "UntagResource", "ListTagsForResource");
      const stack = await world.open({ program: oneDomain });
      await livesWithoutMarks(world, stack);
    }));

  it("without ses:TagResource: a rename keeps it", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await world.open({ program: oneDomain });
      succeeded(await stack.up());
      stack.changeProgram(async () => void declare("post", { regions: [US] }));
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assertValues(world, tokensOf(world));
    }));
});
