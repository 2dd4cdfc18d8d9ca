import assert from "node:assert/strict";
import {
  adoptedIn,
  assertGone,
  assertQuiet,
  assertStands,
  assertValues,
  deny,
  inWorld,
  marksOf,
  said,
  statusesOf,
  tokensOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, succeeded } from "../../support/engine/world";

const program = async () => void declare("mail", { regions: [US] });
const SCOPE = { accountId: ACCOUNT, region: US };

/** Tags that may not be written, read or removed, and tags that others remove. */
describe("a domain whose tags are out of reach", function () {
  this.timeout(400_000);

  it("without ses:TagResource: destroy removes what its state made, and a replacement keeps it", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await world.open({ program });
      await livesWithoutMarks(world, stack);
    }));

  it("without any permission for tags: the same", () =>
    inWorld(async (world) => {
      deny(world, "TagResource", "UntagResource", "ListTagsForResource");
      const stack = await world.open({ program });
      await livesWithoutMarks(world, stack);
    }));

  it("without ses:ListTagsForResource: destroy removes what its state made, and a replacement keeps it", () =>
    inWorld(async (world) => {
      deny(world, "ListTagsForResource");
      const stack = await world.open({ program });
      await livesWithoutMarks(world, stack);
    }));

  it("without ses:TagResource: a rename keeps it", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await world.open({ program });
      succeeded(await stack.up());
      stack.changeProgram(async () => void declare("post", { regions: [US] }));
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assertValues(world, tokensOf(world));
    }));

  it("without ses:UntagResource: a mark that is leaving counts as none", () =>
    inWorld(async (world) => {
      deny(world, "UntagResource");
      const dev = await world.open({ stack: "dev", program });
      const prod = await world.open({ stack: "prod", program });
      succeeded(await dev.up());
      succeeded(await prod.up());
      const seen = watch(world);
      succeeded(await dev.destroy());
      succeeded(await prod.up({ replace: [await urnIn(prod, "mail")] }));
      seen.assertNone();
      assert.deepEqual(
        marksOf(world)
          .map(({ state }) => state)
          .sort(),
        ["leaving", "leaving", "settled"],
      );
      await assertQuiet(prod);
      succeeded(await prod.destroy());
      assertGone(world);
    }));

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
        const stack = await world.open({ program });
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

  it("a third party removes the mark of one of two: the other's destroy removes all", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program });
      const prod = await world.open({ stack: "prod", program });
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

/** The state alone tells whose the identity is: that of what made it, and not that of what replaced it in the same run. */
async function livesWithoutMarks(world: EngineWorld, stack: EngineStack): Promise<void> {
  succeeded(await stack.up());
  await assertQuiet(stack);
  succeeded(await stack.destroy());
  assertGone(world);
  succeeded(await stack.up());
  const seen = watch(world);
  succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
  await assertQuiet(stack);
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
  assertValues(world, tokensOf(world));
  // Where the new resource takes it for one that was there, it stays, and says so in its outputs.
  const { [US]: adopted } = await adoptedIn(stack);
  if (adopted) {
    succeeded(await stack.destroy());
    seen.assertNone();
    assertValues(world, tokensOf(world));
  } else {
    seen.assertNone();
    succeeded(await stack.destroy());
    assertGone(world);
  }
}
