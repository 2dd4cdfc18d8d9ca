import { inWorld } from "../../support/engine/ownership";
import { assertRenamed, openDeclared } from "../../support/engine/renaming";

/** Pulumi changes the names that a resource goes by; the domain stays one and the same. */
describe("a domain whose resource gets another name", function () {
  this.timeout(400_000);

  it("stays when the resource moves under a component without an alias", () =>
    inWorld(async (world) => {
      const { stack, change } = await openDeclared(world);
      change({ component: true });
      await assertRenamed(world, stack, { create: 2, delete: 1, same: 1 });
    }));
});
