import { assertQuiet, inWorld } from "../../support/engine/ownership";
import { assertRenamed, openDeclared } from "../../support/engine/renaming";

/** Pulumi changes the names that a resource goes by; the domain stays one and the same. */
describe("a domain whose resource gets another name", function () {
  this.timeout(400_000);

  it("stays when the project is renamed first", () =>
    inWorld(async (world) => {
      const { stack, change } = await openDeclared(world);
      await stack.rename({ project: "another-project" });
      await assertQuiet(stack);
      change({ name: "post" });
      await assertRenamed(world, stack);
    }));
});
