import assert from "node:assert/strict";
import {
  assertValues,
  inWorld,
  oneDomain,
  said,
  statusesOf,
  tokensOf,
  US,
  watch,
} from "../../support/engine/ownership";
import { SCOPE } from "../../support/engine/unmarked";
import { DOMAIN, succeeded } from "../../support/engine/world";

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  for (const { title, wipe } of [
    { title: "all its tags", wipe: () => new Map<string, string>() },
    {
      title: "its user's tag alone",
      wipe: (tags: ReadonlyMap<string, string>) =>
        new Map([...tags].filter(([key]) => !key.startsWith("sesdomain:user:"))),
    },
  ]) {
    it(`a third party removes ${title}: destroy leaves the identity and its value, and says so`, () =>
      inWorld(async (world) => {
        const stack = await world.open({ program: oneDomain });
        succeeded(await stack.up());
        const { ses } = world.emulator.cloud;
        ses.setTags(SCOPE, DOMAIN, wipe(ses.tags(SCOPE, DOMAIN) ?? new Map()));
        const seen = watch(world);
        const destroy = succeeded(await stack.destroy());
        seen.assertNone();
        assert.match(said(destroy), /ses-example\.com/);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        assertValues(world, tokensOf(world));
      }));
  }
});
