import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { isPlugin } from "../../support/engine/door";
import {
  assertGone,
  assertQuiet,
  assertStands,
  inWorld,
  statusesOf,
  tokensOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { assertReplaced, domain } from "../../support/engine/replacing";
import type { EngineStack } from "../../support/engine/stack";
import { type EngineWorld, succeeded } from "../../support/engine/world";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("replaceOnChanges with deleteBeforeReplace keeps one whose last run ended early", () =>
    inWorld(
      async (world) => {
        const stack = await openTimedOut(world);
        await world.emulator.clock.advance(60_000);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        // The engine reads the plugin's resource first: all is well by then, and the error is no longer in the state.
        await (isPlugin ? assertKept(world, stack) : assertReplaced(world, stack, [US]));
      },
      { ses: { schedule: { firstLookMs: 30_000 } } },
    ));

  it("replaceOnChanges with deleteBeforeReplace keeps one that SES has yet to verify", () =>
    inWorld(
      async (world) => {
        const stack = await openTimedOut(world);
        const tokens = tokensOf(world);
        const seen = watch(world);
        // The replacement registers itself, and waits: then SES looks.
        const stop = world.emulator.onRequest(async ({ phase, action }) => {
          if (phase === "after" && action === "TagResource") await world.emulator.clock.advance(600_000);
        });
        const up = succeeded(await stack.up());
        stop();
        seen.stop();
        assert.deepEqual(up.changes, { replace: 1, same: 1 });
        assert.deepEqual(seen.deletions, []);
        assert.deepEqual(tokensOf(world), tokens);
        await assertQuiet(stack);
        assertStands(world);
        succeeded(await stack.destroy());
        assertGone(world);
      },
      { ses: { schedule: { firstLookMs: 600_000 } } },
    ));

  it("replaceOnChanges with another ttl keeps it, whatever the engine makes of it", () =>
    inWorld(async (world) => {
      let ttl = 300;
      const options: CustomResourceOptions = { replaceOnChanges: ["ttl"] };
      const stack = await world.open({ program: async () => void domain({ ttl }, options) });
      succeeded(await stack.up());
      ttl = 600;
      await assertKept(world, stack);
    }));
});

async function assertKept(world: EngineWorld, stack: EngineStack): Promise<void> {
  const seen = watch(world);
  succeeded(await stack.up());
  seen.assertNone();
  await assertQuiet(stack);
  assertStands(world);
  succeeded(await stack.destroy());
  assertGone(world);
}

/** SES has not looked by then: what was made is in the state, with the error that the engine replaces it for. */
async function openTimedOut(world: EngineWorld): Promise<EngineStack> {
  const options: CustomResourceOptions = { replaceOnChanges: ["*"], deleteBeforeReplace: true };
  let timeout = "3s";
  const stack = await world.open({ program: async () => void domain({ timeout }, options) });
  assert.equal((await stack.up()).failed, true);
  timeout = "2m";
  return stack;
}
