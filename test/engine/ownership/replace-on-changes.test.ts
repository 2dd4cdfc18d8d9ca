import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { assertGone, assertQuiet, assertStands, inWorld, statusesOf, US, watch } from "../../support/engine/ownership";
import { assertReplaced, domain } from "../../support/engine/replacing";
import { succeeded } from "../../support/engine/world";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("replaceOnChanges with deleteBeforeReplace keeps one whose last run ended early", () =>
    inWorld(
      async (world) => {
        const options: CustomResourceOptions = { replaceOnChanges: ["*"], deleteBeforeReplace: true };
        let timeout = "3s";
        const stack = await world.open({ program: async () => void domain({ timeout }, options) });
        // SES has not looked by then: what was made is in the state, with the error that the engine replaces it for.
        assert.equal((await stack.up()).failed, true);
        await world.emulator.clock.advance(60_000);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        timeout = "2m";
        await assertReplaced(world, stack, [US]);
      },
      { ses: { schedule: { firstLookMs: 30_000 } } },
    ));

  it("replaceOnChanges with another ttl keeps it, whatever the engine makes of it", () =>
    inWorld(async (world) => {
      let ttl = 300;
      const options: CustomResourceOptions = { replaceOnChanges: ["ttl"] };
      const stack = await world.open({ program: async () => void domain({ ttl }, options) });
      succeeded(await stack.up());
      ttl = 600;
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
