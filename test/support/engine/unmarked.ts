import assert from "node:assert/strict";
import { adoptedIn, assertGone, assertQuiet, assertValues, statusesOf, tokensOf, US, urnIn, watch } from "./ownership";
import type { EngineStack } from "./stack";
import { ACCOUNT, type EngineWorld, succeeded } from "./world";

export const SCOPE = { accountId: ACCOUNT, region: US };

/** The state alone tells whose the identity is: that of what made it, and not that of what replaced it in the same run. */
export async function livesWithoutMarks(world: EngineWorld, stack: EngineStack): Promise<void> {
  succeeded(await stack.up());
  await assertQuiet(stack);
  succeeded(await stack.destroy());
  assertGone(world);
  succeeded(await stack.up());
  const seen = watch(world);
  succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
  await assertQuiet(stack);
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
  assertValues(world, tokensOf(world));
  // Where the new resource takes it for one that was there, it stays, and says so in its outputs.
  const { [US]: adopted } = await adoptedIn(stack);
  if (adopted) {
    succeeded(await stack.destroy());
    seen.assertNone();
    assertValues(world, tokensOf(world));
  } else {
    seen.assertNone();
    succeeded(await stack.destroy());
    assertGone(world);
  }
}
