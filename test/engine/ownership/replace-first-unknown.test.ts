import { inWorld, US } from "../../support/engine/ownership";
import { replaceFirst } from "../../support/engine/replaced-first";
import { declare } from "../../support/engine/world";

/** Where another resource is replaced with deleteBeforeReplace, the engine deletes with it what is replaced with it. */
describe("a domain that depends on a resource that is deleted before it is replaced", function () {
  this.timeout(400_000);

  it("stays where an input of it is unknown until the other exists", () =>
    inWorld(async (world) => {
      const seen = await replaceFirst(world, (first) => declare("mail", { regions: [US], domain: first.made }));
      seen.assertNone();
    }));
});
