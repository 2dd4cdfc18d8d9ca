import assert from "node:assert/strict";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import { DomainIdentity } from "../../../provider/resources/domain-identity";
import { VerifiedEmailAddress } from "../../../provider/resources/verified-email-address";
import {
  adoptedIn,
  assertGone,
  assertQuiet,
  assertStands,
  assertValues,
  EU,
  inWorld,
  isMade,
  marksOf,
  statusesOf,
  tokensOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
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

const program = (adopt?: Adoption) => async () => void declare("mail", { regions: [US], ...(adopt && { adopt }) });
const ADDRESS = "sender@elsewhere-example.com";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("made by hand, keep: is used, stays registered while it is, and stays on destroy with its value", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stack = await world.open({ program: program() });
      const seen = watch(world);
      succeeded(await stack.up());
      assertStands(world, { made: false });
      assert.deepEqual(await adoptedIn(stack), { [US]: true });
      await assertQuiet(stack);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      assertStands(world, { made: false });
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, [token]);
    }));

  it("made by hand, own: is taken, and goes on destroy with its value", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program("own") });
      const seen = watch(world);
      succeeded(await stack.up());
      assertStands(world);
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      await assertQuiet(stack);
      seen.assertNone();
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("made by hand, refuse: fails on preview, and nothing changes", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program("refuse") });
      for (const run of [await stack.preview(), await stack.up()]) assert.equal(run.failed, true, run.stdout);
      assert.deepEqual(changing(world.requests()), []);
      assert.deepEqual([marksOf(world), isMade(world)], [[], false]);
    }));

  for (const adopt of ["keep", "own", "refuse"] as const) {
    it(`made by this package in another stack, ${adopt}: joins, and the last to go removes it`, () =>
      inWorld(async (world) => {
        const dev = await world.open({ stack: "dev", program: program() });
        const prod = await world.open({ stack: "prod", program: program(adopt) });
        succeeded(await dev.up());
        succeeded(await prod.preview());
        succeeded(await prod.up());
        assertStands(world, { users: 2 });
        assert.deepEqual(await adoptedIn(prod), { [US]: false });
        await assertQuiet(prod);
        const seen = watch(world);
        const [first, last] = adopt === "keep" ? [dev, prod] : [prod, dev];
        succeeded(await first.destroy());
        seen.assertNone();
        assertStands(world);
        succeeded(await last.destroy());
        assertGone(world);
      }));
  }

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

  it("made by hand, kept by two stacks: stays when both are gone", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stacks = [
        await world.open({ stack: "a", program: program() }),
        await world.open({ stack: "b", program: program() }),
      ];
      for (const stack of stacks) succeeded(await stack.up());
      assertStands(world, { users: 2, made: false });
      const seen = watch(world);
      for (const stack of stacks) succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, [token]);
    }));

  it("made by hand: keep, then own in a later up, takes it", () =>
    inWorld(async (world) => {
      byHand(world);
      const stack = await world.open({ program: program() });
      succeeded(await stack.up());
      stack.changeProgram(program("own"));
      const seen = watch(world);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { update: 1, same: 1 });
      assertStands(world);
      assert.deepEqual(await adoptedIn(stack), { [US]: false });
      seen.assertNone();
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("made by hand in one region, missing in another: the one stays, the other goes", () =>
    inWorld(async (world) => {
      const token = byHand(world);
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US, EU] }) });
      succeeded(await stack.up());
      assert.deepEqual(await adoptedIn(stack), { [EU]: false, [US]: true });
      assert.deepEqual([isMade(world, US), isMade(world, EU)], [false, true]);
      const seen = watch(world);
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assertValues(world, [token]);
    }));

  it("the same of a DomainIdentity and a VerifiedEmailAddress", () =>
    inWorld(async (world) => {
      byHand(world);
      world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: US, name: ADDRESS }]);
      const parts = (adopt: Adoption) => async () => {
        const identities = [{ region: US }];
        new DomainIdentity("parts", { domain: DOMAIN, identities, adopt });
        new VerifiedEmailAddress("sender", { address: ADDRESS, identities, adopt });
      };
      const keeps = await world.open({ stack: "keeps", program: parts("keep") });
      const owns = await world.open({ stack: "owns", program: parts("own") });
      succeeded(await keeps.up());
      succeeded(await keeps.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{ [US]: "Success" }, { [US]: "Success" }]);
      assert.deepEqual([marksOf(world), marksOf(world, US, ADDRESS)], [[], []]);
      succeeded(await keeps.up());
      succeeded(await owns.up());
      for (const name of [DOMAIN, ADDRESS]) {
        assert.equal(isMade(world, US, name), true, name);
        assert.equal(marksOf(world, US, name).length, 2, name);
      }
      succeeded(await owns.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{ [US]: "Success" }, { [US]: "Success" }]);
      succeeded(await keeps.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{}, {}]);
      assert.equal(tokensOf(world).length, 0);
    }));
});

/** A verified identity that a person made, with its value in DNS. */
function byHand(world: EngineWorld): string {
  const { ses } = world.emulator.cloud;
  ses.inject([{ accountId: ACCOUNT, region: US, name: DOMAIN, tags: { team: "somebody" } }]);
  const { token } = ses.identity(ACCOUNT, US, DOMAIN) ?? {};
  assert.ok(token);
  world.setValues(NAME, [OTHER_TEAM, token]);
  return token;
}
