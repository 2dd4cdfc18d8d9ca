import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { DomainIdentity } from "../../../provider/resources/domain-identity";
import { VerifiedEmailAddress } from "../../../provider/resources/verified-email-address";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  assertValues,
  deny,
  EU,
  inWorld,
  isMade,
  marksOf,
  ourResources,
  type StateResource,
  said,
  statusesOf,
  tokensOf,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "../../support/engine/world";

const PARTS = "parts-example.com";
const ADDRESS = "sender@elsewhere-example.com";
const BOTH = [US, EU];

interface Written {
  readonly state: Deployment;
  readonly identities: readonly {
    readonly region: string;
    readonly name: string;
    readonly token?: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/** What the last commit before marks wrote: a stack with one resource of each kind, and SES's identities with their tags. */
const WRITTEN = readFileSync(join(__dirname, "..", "states", "before-marks.json"), "utf8");

describe("a state of the version before marks", function () {
  this.timeout(400_000);

  it("shows one update a resource, which registers it, and is clean afterwards", () =>
    inWorld(async (world) => {
      const stack = await opened(world, allKinds);
      const seen = watch(world, BOTH);
      const plan = succeeded(await stack.preview());
      assert.deepEqual(plan.changes, { update: 3, same: 1 });
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { update: 3, same: 1 });
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      for (const region of BOTH) await assertHolds(stack, marksOf(world, region));
      for (const name of [PARTS, ADDRESS]) {
        assert.deepEqual([isMade(world, US, name), marksOf(world, US, name).length], [true, 1], name);
        await assertHolds(stack, marksOf(world, US, name));
      }
      succeeded(await stack.destroy());
      assertNothing(world);
    }));

  for (const runProgram of [false, true]) {
    it(`leaves nothing where it is destroyed before any up${runProgram ? ", with --run-program" : ""}`, () =>
      inWorld(async (world) => {
        const stack = await opened(world, allKinds);
        succeeded(await stack.destroy({ runProgram }));
        assertNothing(world);
        assert.deepEqual(await ourResources(stack), []);
      }));
  }

  it("keeps its domain in a replacement before any other up", () =>
    inWorld(async (world) => {
      const stack = await opened(world, domainAlone());
      const seen = watch(world, BOTH);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("keeps its domain under another name before any other up", () =>
    inWorld(async (world) => {
      const stack = await opened(world, domainAlone("post"));
      const seen = watch(world, BOTH);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { create: 1, delete: 1, same: 1 });
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world, { regions: BOTH });
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  for (const first of ["old", "joined"] as const) {
    it(`counts as a user for one that joins before it is registered, where the ${first} one goes first`, () =>
      inWorld(async (world) => {
        const old = await opened(world, domainAlone());
        const joined = await world.open({ stack: "joined", program: domainAlone() });
        assert.match(said(succeeded(await joined.preview())), /sesdomain-test\/test/);
        succeeded(await joined.up());
        const seen = watch(world, BOTH);
        const destroy = succeeded(await (first === "old" ? old : joined).destroy());
        seen.assertNone();
        assert.match(said(destroy), first === "old" ? /sesdomain-test\/joined/ : /sesdomain-test\/test/);
        if (first === "joined") {
          await assertOneUpdate(old);
        }
        assertStands(world, { regions: BOTH });
        succeeded(await (first === "old" ? joined : old).destroy());
        assertGone(world);
      }));
  }

  it("whose domain has gone on to others goes with the last of them, whoever that is", () =>
    inWorld(async (world) => {
      const old = await opened(world, domainAlone());
      const [second, third] = [
        await world.open({ stack: "second", program: domainAlone() }),
        await world.open({ stack: "third", program: domainAlone() }),
      ];
      succeeded(await second.up());
      succeeded(await old.destroy());
      succeeded(await third.up());
      succeeded(await second.destroy());
      assert.deepEqual(Object.keys(statusesOf(world)), [...BOTH].sort());
      succeeded(await third.destroy());
      assertGone(world);
    }));

  it("without ses:TagResource is clean after one up, and leaves nothing", () =>
    inWorld(async (world) => {
      deny(world, "TagResource");
      const stack = await opened(world, domainAlone());
      const seen = watch(world, BOTH);
      succeeded(await stack.up());
      seen.assertNone();
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("that had adopted its identities registers, and leaves them on destroy", () =>
    inWorld(async (world) => {
      const stack = await opened(world, domainAlone(), { adopted: true });
      await assertOneUpdate(stack);
      assertStands(world, { regions: BOTH, made: false });
      const seen = watch(world, BOTH);
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, tokensOf(world));
    }));
});

async function allKinds(): Promise<void> {
  declare("mail", { regions: BOTH });
  new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
  new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
}

function domainAlone(name = "mail") {
  return async () => void declare(name, { regions: BOTH });
}

/** A stack with that state, and the cloud as it was then. */
async function opened(
  world: EngineWorld,
  program: () => Promise<void>,
  { adopted = false }: { readonly adopted?: boolean } = {},
): Promise<EngineStack> {
  const text = adopted ? WRITTEN.replaceAll('"adopted": false', '"adopted": true') : WRITTEN;
  const { state, identities } = JSON.parse(text) as Written;
  const alone = program !== allKinds;
  world.emulator.cloud.ses.inject(
    identities
      .filter(({ name }) => !alone || name === DOMAIN)
      .map(({ tags, ...one }) => ({
        ...one,
        accountId: ACCOUNT,
        tags: adopted ? {} : tags,
        status: one.name === PARTS ? ("Pending" as const) : ("Success" as const),
      })),
  );
  world.setValues(NAME, [OTHER_TEAM, ...tokensOf(world)]);
  const resources: readonly StateResource[] = state.deployment.resources;
  const kept = resources.filter(({ type }) => !alone || !/DomainIdentity|VerifiedEmailAddress/.test(type));
  const stack = await world.open({ program });
  await stack.importState({ ...state, deployment: { ...state.deployment, resources: kept } });
  return stack;
}

async function assertOneUpdate(stack: EngineStack): Promise<void> {
  assert.deepEqual(succeeded(await stack.preview()).changes, { update: 1, same: 1 });
  succeeded(await stack.up());
  await assertQuiet(stack);
}

function assertNothing(world: EngineWorld): void {
  assertGone(world);
  assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
}
