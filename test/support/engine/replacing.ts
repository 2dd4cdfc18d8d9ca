import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { assertGone, assertHolds, assertQuiet, assertStands, marksOf, ourResources, US, watch } from "./ownership";
import { VerifiedDomain } from "./resources";
import type { EngineStack, OperationOptions } from "./stack";
import { DOMAIN, type EngineWorld, succeeded } from "./world";

export function domain(
  more: { readonly regions?: readonly string[]; readonly timeout?: string; readonly ttl?: number } = {},
  options: CustomResourceOptions = {},
) {
  const { regions = [US], ...args } = more;
  const identities = regions.map((region) => ({ region }));
  return new VerifiedDomain("mail", { domain: DOMAIN, identities, dns: { kind: "route53" }, ...args }, options);
}

/** Runs an `up` that replaces the one resource: nothing lapses, its one user is another one, and destroy removes all. */
export async function assertReplaced(
  world: EngineWorld,
  stack: EngineStack,
  regions: readonly string[],
  options: OperationOptions = {},
): Promise<readonly string[]> {
  const before = marksOf(world);
  const seen = watch(world, regions);
  const up = succeeded(await stack.up(options));
  assert.deepEqual(up.changes, { replace: 1, same: 1 });
  seen.assertNone();
  assert.equal((await ourResources(stack)).length, 1);
  await assertQuiet(stack);
  assertStands(world, { regions });
  const after = marksOf(world);
  assert.notDeepEqual(after, before, "the mark is the new resource's");
  await assertHolds(stack, after);
  succeeded(await stack.destroy());
  assertGone(world);
  return up.events.flatMap(({ resOutputsEvent, resourcePreEvent }) => {
    const { op, type } = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? {};
    return resourcePreEvent && op !== undefined && type?.includes("sesdomain:") ? [op] : [];
  });
}
