import { assertGone, inWorld } from "../../support/engine/ownership";
import { assertRenamed, openDeclared } from "../../support/engine/renaming";
import { succeeded } from "../../support/engine/world";

/** Pulumi changes the names that a resource goes by; the domain stays one and the same. */
describe("a domain whose resource gets another name", function () {
  this.timeout(400_000);

  it("stays when the resource is renamed without an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await openDeclared(world);
      change({ name: "post" });
      await assertRenamed(world, stack);
    }));

  it("goes with a stack that was renamed, and nothing else", () =>
    inWorld(async (world) => {
      const { stack } = await openDeclared(world);
      await stack.rename({ stack: "prod" });
      succeeded(await stack.destroy());
      assertGone(world);
    }));
});
