import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "../../../provider/resources/verified-domain";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  ourResources,
  US,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { DOMAIN, type EngineWorld, succeeded } from "../../support/engine/world";

/** Pulumi changes the names that a resource goes by; the domain stays one and the same. */
describe("a domain whose resource gets another name", function () {
  this.timeout(400_000);

  it("stays when the resource is renamed without an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await opened(world);
      change({ name: "post" });
      await renamed(world, stack);
    }));

  it("stays when the stack is renamed first", () =>
    inWorld(async (world) => {
      const { stack, change } = await opened(world);
      await stack.rename({ stack: "prod" });
      await assertQuiet(stack);
      change({ name: "post" });
      await renamed(world, stack);
    }));

  it("stays when the project is renamed first", () =>
    inWorld(async (world) => {
      const { stack, change } = await opened(world);
      await stack.rename({ project: "another-project" });
      await assertQuiet(stack);
      change({ name: "post" });
      await renamed(world, stack);
    }));

  it("goes with a stack that was renamed, and nothing else", () =>
    inWorld(async (world) => {
      const { stack } = await opened(world);
      await stack.rename({ stack: "prod" });
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("stays when the resource moves under a component without an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await opened(world);
      change({ component: true });
      await renamed(world, stack, { create: 2, delete: 1, same: 1 });
    }));

  it("shows no change for a name and a parent with an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await opened(world);
      const before = marksOf(world);
      change({ name: "post", component: true, aliases: [{ name: "mail", parent: pulumi.rootStackResource }] });
      const seen = watch(world);
      const up = succeeded(await stack.up());
      // The component is the one new thing.
      assert.deepEqual(up.changes, { create: 1, same: 2 });
      seen.assertNone();
      assert.deepEqual(marksOf(world), before);
      await assertQuiet(stack);
      assertStands(world);
      // The previous name is forgotten, and the resource gets one more.
      change({ name: "third", component: false, aliases: [] });
      await renamed(world, stack, { create: 1, delete: 2, same: 1 });
    }));
});

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
async function opened(world: EngineWorld) {
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
async function renamed(
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
