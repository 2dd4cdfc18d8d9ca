import assert from "node:assert/strict";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { fqdn } from "../../../provider/core/fqdn";
import { DomainIdentity } from "../../../provider/resources/domain-identity";
import { VerifiedDomain } from "../../../provider/resources/verified-domain";
import { VerifiedEmailAddress } from "../../../provider/resources/verified-email-address";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  EU,
  inWorld,
  isMade,
  marksOf,
  ourResources,
  statusesOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack, OperationOptions } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, type EngineWorld, succeeded } from "../../support/engine/world";

const PARTS = fqdn("parts-example.com");
const ADDRESS = "sender@elsewhere-example.com";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("--replace keeps a verified domain in both regions", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain({ regions: [US, EU] }) });
      succeeded(await stack.up());
      await replaced(world, stack, [US, EU], { replace: [await urnIn(stack, "mail")] });
    }));

  it("--replace keeps a DomainIdentity and a VerifiedEmailAddress", () =>
    inWorld(async (world) => {
      const stack = await world.open({
        async program() {
          new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
          new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
        },
      });
      succeeded(await stack.up());
      const { ses } = world.emulator.cloud;
      const { token } = ses.identity(ACCOUNT, US, PARTS) ?? {};
      assert.ok(ses.confirm(ses.mails.at(-1)?.link ?? ""), "the address's link was followed");
      const seen = watch(world, []);
      const names = ["parts", "sender"];
      const up = succeeded(await stack.up({ replace: await Promise.all(names.map((name) => urnIn(stack, name))) }));
      assert.deepEqual(up.changes, { replace: 2, same: 1 });
      assert.deepEqual(seen.deletions, []);
      assert.equal(ses.identity(ACCOUNT, US, PARTS)?.token, token);
      assert.deepEqual(statusesOf(world, ADDRESS), { [US]: "Success" });
      await assertQuiet(stack);
      for (const name of [PARTS, ADDRESS]) {
        assert.equal(isMade(world, US, name), true, name);
        assert.deepEqual(
          marksOf(world, US, name).map(({ state }) => state),
          ["settled"],
        );
      }
      succeeded(await stack.destroy());
      assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
    }));

  it("a taint keeps it", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain() });
      succeeded(await stack.up());
      await stack.command("state", "taint", await urnIn(stack, "mail"), "--stack", "test", "--yes");
      await replaced(world, stack, [US]);
    }));

  it("replacementTrigger keeps it, and so does the user's deleteBeforeReplace: Delete, then Create", () =>
    inWorld(async (world) => {
      let options: CustomResourceOptions = { replacementTrigger: "one" };
      const stack = await world.open({ program: async () => void domain({}, options) });
      succeeded(await stack.up());
      options = { replacementTrigger: "two", deleteBeforeReplace: true };
      const steps = await replaced(world, stack, [US]);
      assert.deepEqual(steps, ["delete-replaced", "replace", "create-replacement"]);
    }));

  it("replaceOnChanges with deleteBeforeReplace keeps one whose last run ended early", () =>
    inWorld(
      async (world) => {
        const options: CustomResourceOptions = { replaceOnChanges: ["*"], deleteBeforeReplace: true };
        let timeout = "3s";
        const stack = await world.open({ program: async () => void domain({ timeout }, options) });
        // SES has not looked by then: what was made is in the state, with the error that the engine replaces it for.
        assert.equal((await stack.up()).failed, true);
        await world.emulator.clock.advance(60_000);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        timeout = "2m";
        await replaced(world, stack, [US]);
      },
      { ses: { schedule: { firstLookMs: 30_000 } } },
    ));

  it("replaceOnChanges with another ttl keeps it, whatever the engine makes of it", () =>
    inWorld(async (world) => {
      let ttl = 300;
      const options: CustomResourceOptions = { replaceOnChanges: ["ttl"] };
      const stack = await world.open({ program: async () => void domain({ ttl }, options) });
      succeeded(await stack.up());
      ttl = 600;
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("what the replacement no longer wants goes with the old one", () =>
    inWorld(async (world) => {
      let regions = [US, EU];
      const stack = await world.open({ program: async () => void domain({ regions }) });
      succeeded(await stack.up());
      regions = [US];
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      await assertQuiet(stack);
      assertStands(world);
    }));
});

function domain(
  more: { readonly regions?: readonly string[]; readonly timeout?: string; readonly ttl?: number } = {},
  options: CustomResourceOptions = {},
) {
  const { regions = [US], ...args } = more;
  const identities = regions.map((region) => ({ region }));
  return new VerifiedDomain("mail", { domain: DOMAIN, identities, dns: { kind: "route53" }, ...args }, options);
}

/** Runs an `up` that replaces the one resource: nothing lapses, its one user is another one, and destroy removes all. */
async function replaced(
  world: EngineWorld,
  stack: EngineStack,
  regions: readonly string[],
  options: OperationOptions = {},
): Promise<readonly string[]> {
  const before = marksOf(world);
  const seen = watch(world, regions);
  const up = succeeded(await stack.up(options));
  assert.deepEqual(up.changes, { replace: 1, same: 1 });
  seen.assertNone();
  assert.equal((await ourResources(stack)).length, 1);
  await assertQuiet(stack);
  assertStands(world, { regions });
  const after = marksOf(world);
  assert.notDeepEqual(after, before, "the mark is the new resource's");
  await assertHolds(stack, after);
  succeeded(await stack.destroy());
  assertGone(world);
  return up.events.flatMap(({ resOutputsEvent, resourcePreEvent }) => {
    const { op, type } = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? {};
    return resourcePreEvent && op !== undefined && type?.includes("sesdomain:") ? [op] : [];
  });
}
