import { inWorld, US, urnIn } from "../../support/engine/ownership";
import { assertReplaced, domain } from "../../support/engine/replacing";
import { succeeded } from "../../support/engine/world";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("a taint keeps it", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain() });
      succeeded(await stack.up());
      await stack.command("state", "taint", await urnIn(stack, "mail"), "--stack", "test", "--yes");
      await assertReplaced(world, stack, [US]);
    }));
});
