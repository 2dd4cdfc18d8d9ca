import { assertGone, assertStands, inWorld, marksOf, oneDomain, watch } from "../../support/engine/ownership";
import { SCOPE } from "../../support/engine/unmarked";
import { DOMAIN, succeeded } from "../../support/engine/world";

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  it("a third party removes the mark of one of two: the other's destroy removes all", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program: oneDomain });
      const prod = await world.open({ stack: "prod", program: oneDomain });
      succeeded(await dev.up());
      const [mark] = marksOf(world);
      succeeded(await prod.up());
      const { ses } = world.emulator.cloud;
      const left = [...(ses.tags(SCOPE, DOMAIN) ?? [])].filter(([key]) => !key.endsWith(mark?.mark ?? "?"));
      ses.setTags(SCOPE, DOMAIN, new Map(left));
      const seen = watch(world);
      succeeded(await dev.destroy());
      seen.assertNone();
      assertStands(world);
      succeeded(await prod.destroy());
      assertGone(world);
    }));
});
