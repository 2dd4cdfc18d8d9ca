import { moveState } from "../../support/engine/moved-state";
import { assertGone, assertQuiet, assertStands, inWorld, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** Resources that change stacks, stacks that share a name, and states that are copies of each other. */
describe("a domain whose state is elsewhere", function () {
  this.timeout(400_000);

  for (const first of ["from", "to"] as const) {
    it(`state move: the stack it went to has it, where the one it came ${first === "from" ? "from" : "to"} is destroyed first`, () =>
      inWorld(async (world) => {
        const stacks = await moveState(world);
        assertStands(world);
        await assertQuiet(stacks.to);
        const seen = watch(world);
        if (first === "from") {
          succeeded(await stacks.from.destroy());
          seen.assertNone();
          assertStands(world);
          succeeded(await stacks.to.destroy());
          assertGone(world);
        } else {
          succeeded(await stacks.to.destroy());
          assertGone(world);
          succeeded(await stacks.from.destroy());
          assertGone(world);
        }
      }));
  }
});
