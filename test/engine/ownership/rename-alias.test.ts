import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { assertQuiet, assertStands, inWorld, marksOf, watch } from "../../support/engine/ownership";
import { assertRenamed, openDeclared } from "../../support/engine/renaming";
import { succeeded } from "../../support/engine/world";

/** Pulumi changes the names that a resource goes by; the domain stays one and the same. */
describe("a domain whose resource gets another name", function () {
  this.timeout(400_000);

  it("shows no change for a name and a parent with an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await openDeclared(world);
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
      await assertRenamed(world, stack, { create: 1, delete: 2, same: 1 });
    }));
});
