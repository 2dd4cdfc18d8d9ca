import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { assertGone, assertHolds, assertQuiet, assertStands, marksOf, ourResources, US, watch } from "./ownership";
import { VerifiedDomain } from "./resources";
import type { EngineStack } from "./stack";
import { DOMAIN, type EngineWorld, succeeded } from "./world";

interface Declared {
  readonly name: string;
  readonly component: boolean;
  readonly aliases: pulumi.Alias[];
}

class Mailing extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Mailing", name);
  }
}

/** A stack that has verified the domain; `change` says what the program declares from then on. */
export async function openDeclared(world: EngineWorld) {
  let declared: Declared = { name: "mail", component: false, aliases: [] };
  const stack = await world.open({
    async program() {
      const { name, component, aliases } = declared;
      const parent = component ? { parent: new Mailing("mailing") } : {};
      new VerifiedDomain(
        name,
        { domain: DOMAIN, identities: [{ region: US }], dns: { kind: "route53" } },
        { ...parent, aliases },
      );
    },
  });
  succeeded(await stack.up());
  return {
    stack,
    change(more: Partial<Declared>) {
      declared = { ...declared, ...more };
    },
  };
}

/** The engine creates under the new name, then deletes under the old one: nothing lapses, and destroy removes all. */
export async function assertRenamed(
  world: EngineWorld,
  stack: EngineStack,
  changes: pulumi.automation.OpMap = { create: 1, delete: 1, same: 1 },
): Promise<void> {
  const seen = watch(world);
  const up = succeeded(await stack.up());
  assert.deepEqual(up.changes, changes);
  seen.assertNone();
  assert.equal((await ourResources(stack)).length, 1);
  await assertQuiet(stack);
  assertStands(world);
  await assertHolds(stack, marksOf(world));
  succeeded(await stack.destroy());
  assertGone(world);
}
