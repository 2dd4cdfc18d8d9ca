import { byHand, program } from "../../support/engine/adopting";
import { assertGone, assertStands, inWorld, watch } from "../../support/engine/ownership";
import { succeeded } from "../../support/engine/world";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, kept by one stack and taken by another: goes with the last of them", () =>
    inWorld(async (world) => {
      byHand(world);
      const keeps = await world.open({ stack: "keeps", program: program("keep") });
      const owns = await world.open({ stack: "owns", program: program("own") });
      succeeded(await keeps.up());
      succeeded(await owns.up());
      assertStands(world, { users: 2 });
      const seen = watch(world);
      succeeded(await owns.destroy());
      seen.assertNone();
      assertStands(world);
      succeeded(await keeps.destroy());
      assertGone(world);
    }));
});
