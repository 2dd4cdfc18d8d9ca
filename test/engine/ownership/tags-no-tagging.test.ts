import { deny, inWorld, oneDomain } from "../../support/engine/ownership";
import { livesWithoutMarks } from "../../support/engine/unmarked";

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  it("without ses:TagResource: destroy removes what its state made, and a replacement keeps it", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await world.open({ program: oneDomain });
      await livesWithoutMarks(world, stack);
    }));
});
