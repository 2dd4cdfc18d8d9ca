import assert from "node:assert/strict";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  inWorld,
  marksOf,
  ourResources,
  said,
  statusesOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, succeeded } from "../../support/engine/world";

/** Resources that change stacks, stacks that share a name, and states that are copies of each other. */
describe("a domain whose state is elsewhere", function () {
  this.timeout(400_000);

  for (const first of ["from", "to"] as const) {
    it(`state move: the stack it went to has it, where the one it came ${first === "from" ? "from" : "to"} is destroyed first`, () =>
      inWorld(async (world) => {
        const stacks = await moved(world);
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

  it("state move, and the stack it came from declares it again: each is a user", () =>
    inWorld(async (world) => {
      const { from, to } = await moved(world);
      const seen = watch(world);
      succeeded(await from.up());
      succeeded(await to.up());
      seen.assertNone();
      assertStands(world, { users: 2 });
      const destroyed = watch(world);
      succeeded(await to.destroy());
      destroyed.assertNone();
      assertStands(world);
      await assertHolds(from, marksOf(world));
      succeeded(await from.destroy());
      assertGone(world);
    }));

  it("state move, then another name without an alias: the domain stays", () =>
    inWorld(async (world) => {
      const { to } = await moved(world);
      to.changeProgram(program("post"));
      const seen = watch(world);
      const up = succeeded(await to.up());
      seen.assertNone();
      assert.equal(up.changes.create, 1);
      assertStands(world);
      succeeded(await to.destroy());
      assertGone(world);
    }));

  it("a resource that is forgotten by its state stays registered, and is named", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: program() });
      succeeded(await stack.up());
      const forgotten = marksOf(world);
      await stack.command("state", "delete", await urnIn(stack, "mail"), "--stack", "test", "--yes");
      succeeded(await stack.up());
      assertStands(world, { users: 2 });
      const seen = watch(world);
      const destroy = succeeded(await stack.destroy());
      seen.assertNone();
      assert.match(said(destroy), /sesdomain-test\/test/);
      assert.deepEqual(marksOf(world), forgotten);
    }));

  it("retainOnDelete removes nothing; the identity goes with its last registered user", () =>
    inWorld(async (world) => {
      const kept = await world.open({
        stack: "kept",
        program: async () => void declare("mail", { regions: [US] }, { retainOnDelete: true }),
      });
      succeeded(await kept.up());
      const retained = marksOf(world);
      const seen = watch(world);
      succeeded(await kept.destroy());
      assertStands(world);
      const later = await world.open({ stack: "later", program: program() });
      succeeded(await later.up());
      assertStands(world, { users: 2 });
      const destroy = succeeded(await later.destroy());
      seen.assertNone();
      assert.match(said(destroy), /sesdomain-test\/kept/);
      assert.deepEqual(marksOf(world), retained);
      // What a person does whom a destroy has named the user that is no more.
      const { ses } = world.emulator.cloud;
      const tags = [...(ses.tags({ accountId: ACCOUNT, region: US }, DOMAIN) ?? [])];
      const left = new Map(tags.filter(([key]) => !key.endsWith(retained[0]?.mark ?? "?")));
      ses.setTags({ accountId: ACCOUNT, region: US }, DOMAIN, left);
      succeeded(await later.up());
      assertStands(world);
      succeeded(await later.destroy());
      assertGone(world);
    }));
});

const program =
  (name = "mail") =>
  async () =>
    void declare(name, { regions: [US] });

/** The stack "from" has verified the domain, and its resource has been moved to the stack "to", whose program declares it. */
async function moved(world: EngineWorld): Promise<{ readonly from: EngineStack; readonly to: EngineStack }> {
  const from = await world.open({ stack: "from", program: program() });
  const to = await world.open({ stack: "to", sameFolderAs: from, program: program() });
  succeeded(await from.up());
  const urn = await urnIn(from, "mail");
  await from.command("state", "move", urn, "--source", "from", "--dest", "to", "--include-parents", "--yes");
  assert.deepEqual(
    [(await ourResources(from)).length, (await ourResources(to)).length],
    [0, 1],
    "the resource has moved",
  );
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
  return { from, to };
}
