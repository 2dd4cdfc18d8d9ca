import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { isPlugin } from "../../support/engine/door";
import { inWorld, US } from "../../support/engine/ownership";
import { assertReplaced, domain } from "../../support/engine/replacing";
import { succeeded } from "../../support/engine/world";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("replacementTrigger keeps it, and so does the user's deleteBeforeReplace: Delete, then Create", () =>
    inWorld(async (world) => {
      let options: CustomResourceOptions = { replacementTrigger: "one" };
      const stack = await world.open({ program: async () => void domain({}, options) });
      succeeded(await stack.up());
      options = { replacementTrigger: "two", deleteBeforeReplace: true };
      const steps = await assertReplaced(world, stack, [US]);
      // The engine reads the plugin's resources first.
      const read = isPlugin ? ["refresh"] : [];
      assert.deepEqual(steps, [...read, "delete-replaced", "replace", "create-replacement"]);
    }));
});
