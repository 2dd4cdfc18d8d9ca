import assert from "node:assert/strict";
import type { FaultSwitch } from "../../../emulator/faults";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import {
  adoptedIn,
  assertGone,
  assertQuiet,
  assertStands,
  inWorld,
  isMade,
  marksOf,
  said,
  statusesOf,
  tagsOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineRun } from "../../support/engine/stack";
import {
  ACCOUNT,
  changing,
  DOMAIN,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  succeeded,
} from "../../support/engine/world";

const program =
  (adopt: Adoption = "keep") =>
  async () =>
    void declare("mail", { regions: [US], adopt });

/** SES keeps fifty tags of an identity, and may show them late. */
describe("a domain whose tags are full or late", function () {
  this.timeout(400_000);

  for (const { count, adopt, fits } of [
    { count: 50, adopt: "keep", fits: false },
    { count: 49, adopt: "own", fits: false },
    { count: 49, adopt: "keep", fits: true },
    { count: 48, adopt: "own", fits: true },
  ] as const) {
    it(`${count} tags of others, adopt ${adopt}: ${fits ? "is registered" : "is refused on preview"}`, () =>
      inWorld(async (world) => {
        byHand(world, Object.fromEntries(Array.from({ length: count }, (_, at) => [`team:${at}`, "theirs"])));
        const stack = await world.open({ program: program(adopt) });
        if (!fits) {
          const before = new Map(tagsOf(world));
          world.emulator.requests.reset();
          for (const run of [await stack.preview(), await stack.up()]) {
            assert.equal(run.failed, true, run.stdout);
            assert.match(run.stdout, /ses-example\.com/);
          }
          assert.deepEqual(changing(world.requests()), []);
          assert.deepEqual(tagsOf(world), before);
          return;
        }
        succeeded(await stack.preview());
        succeeded(await stack.up());
        assert.equal(tagsOf(world).size, 50);
        assertStands(world, { made: adopt === "own" });
        succeeded(await stack.destroy());
        if (adopt === "own") return assertGone(world);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        assert.equal(tagsOf(world).size, count);
      }));
  }

  it("fifty users are refused with the list of them", () =>
    inWorld(async (world) => {
      const marks = Array.from({ length: 49 }, (_, at) => [
        `sesdomain:user:${String(at).padStart(16, "0")}`,
        `settled 0123456789abcdef project-${at}/stack-${at}/mail`,
      ]);
      byHand(world, { ...Object.fromEntries(marks), "sesdomain:made": "1" });
      const stack = await world.open({ program: program() });
      const refused = await stack.preview();
      assert.equal(refused.failed, true, refused.stdout);
      for (const at of [0, 21, 48]) assert.ok(refused.stdout.includes(`stack-${at}`), `names stack-${at}`);
      assert.equal(tagsOf(world).size, 50);
    }));

  it("tags that are read late: a destroy after a join leaves the domain to who joined", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program: program() });
      const prod = await world.open({ stack: "prod", program: program() });
      succeeded(await dev.up());
      succeeded(await prod.up());
      const late = world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 2_000 });
      const seen = watch(world);
      succeeded(await dev.destroy());
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      late.off();
      succeeded(await prod.destroy());
      assertGone(world);
    }));

  it("tags that a destroy reads as they were before the other joined: it reads until it sees its own mark leaving", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program: program() });
      const prod = await world.open({ stack: "prod", program: program() });
      succeeded(await dev.up());
      const late = world.emulator.faults.http(
        { action: "ListTagsForResource" },
        { kind: "late-tags", lagMs: "frozen" },
      );
      succeeded(await prod.up());
      assertStands(world, { users: 2 });
      const seen = watch(world);
      succeeded(await reading(world, late, () => dev.destroy()));
      seen.assertNone();
      assertStands(world);
      succeeded(await prod.destroy());
      assertGone(world);
    }));

  it("tags that a destroy reads as they were before the create: they are not taken for removed by a third party", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: program() });
      const late = world.emulator.faults.http(
        { action: "ListTagsForResource" },
        { kind: "late-tags", lagMs: "frozen" },
      );
      succeeded(await stack.up());
      succeeded(await reading(world, late, () => stack.destroy()));
      assertGone(world);
    }));

  it("tags that are read late: a create, a replacement and a destroy in a row", () =>
    inWorld(async (world) => {
      world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 2_000 });
      const stack = await world.open({ program: program() });
      succeeded(await stack.up());
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      await assertQuiet(stack);
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      assert.equal(isMade(world), true);
      assert.equal(marksOf(world).filter(({ state }) => state === "settled").length, 1);
      const destroy = succeeded(await stack.destroy());
      assertGone(world, said(destroy));
    }));
});

/** Runs the operation; tags are late at its first two looks at them. */
async function reading(world: EngineWorld, late: FaultSwitch, operation: () => Promise<EngineRun>): Promise<EngineRun> {
  let looks = 0;
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase === "after" && action === "ListTagsForResource") looks += 1;
    if (looks === 2) late.off();
  });
  const run = await operation();
  stop();
  late.off();
  return run;
}

/** A verified identity that a person made, with these tags and its value in DNS. */
function byHand(world: EngineWorld, tags: Readonly<Record<string, string>>): void {
  const { ses } = world.emulator.cloud;
  ses.inject([{ accountId: ACCOUNT, region: US, name: DOMAIN, tags }]);
  const { token } = ses.identity(ACCOUNT, US, DOMAIN) ?? {};
  assert.ok(token);
  world.setValues(NAME, [OTHER_TEAM, token]);
}
