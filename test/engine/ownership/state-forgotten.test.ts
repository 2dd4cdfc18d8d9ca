import assert from "node:assert/strict";
import { program } from "../../support/engine/moved-state";
import { assertGone, assertStands, inWorld, marksOf, said, US, urnIn, watch } from "../../support/engine/ownership";
import { ACCOUNT, DOMAIN, declare, succeeded } from "../../support/engine/world";

/** Resources that change stacks, stacks that share a name, and states that are copies of each other. */
describe("a domain whose state is elsewhere", function () {
  this.timeout(400_000);

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
