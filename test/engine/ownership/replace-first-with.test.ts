import { inWorld, US } from "../../support/engine/ownership";
import { replaceFirst } from "../../support/engine/replaced-first";
import { declare } from "../../support/engine/world";

/** Where another resource is replaced with deleteBeforeReplace, the engine deletes with it what is replaced with it. */
describe("a domain that depends on a resource that is deleted before it is replaced", function () {
  this.timeout(400_000);

  /** The engine calls its Delete before the program has come to declare it, as it does for what the program no longer declares. */
  it("is verified again at the end of the run where replaceWith names the other", () =>
    inWorld(async (world) => {
      await replaceFirst(world, (first) => declare("mail", { regions: [US] }, { replaceWith: [first] }));
    }));
});
