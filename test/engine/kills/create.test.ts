import assert from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation";
import type { RequestEvent } from "../../../emulator";
import { MADE_TAG } from "../../../provider/ses/register";
import type { EngineStack, Operation, Running } from "../../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../../support/engine/world";

/** A moment to die at: the n-th time that a call is about to take effect, or has, before its caller hears of it. */
interface Moment {
  readonly phase: RequestEvent["phase"];
  readonly call: string;
  readonly nth: number;
}
const before = (call: string, nth = 1): Moment => ({ phase: "before", call, nth });
const after = (call: string, nth = 1): Moment => ({ phase: "after", call, nth });

const VERIFY = "ses:VerifyDomainIdentity";
const TAG = "ses:TagResource";
const DELETE = "ses:DeleteIdentity";
const CHANGE = "route53:ChangeResourceRecordSets";
const INSYNC = "route53:GetChange";
const STATUS = "ses:GetIdentityVerificationAttributes";

/*
 * Before anything, after each call that changes something, and in the waits. What lies between two of these changes
 * nothing, in the cloud or in the state; every-request.test.ts walks it all, with the engine left out.
 */
const IN_CREATE = [
  before(VERIFY),
  after(VERIFY),
  after(VERIFY, 2),
  after(TAG),
  after(TAG, 2),
  after(CHANGE),
  after(INSYNC),
  after(STATUS, 5),
];
const IN_UPDATE = [
  before(VERIFY),
  after(VERIFY),
  after(VERIFY, 2),
  after(TAG),
  after(CHANGE),
  before(DELETE),
  after(DELETE),
  after(CHANGE, 2),
];
const IN_DESTROY = [before(DELETE), after(DELETE), after(DELETE, 2), after(CHANGE)];

const BOTH = ["eu-west-1", "us-east-1"];

describe("an engine that is killed", function () {
  this.timeout(900_000);

  // Most of their time is SES's one request a second: they go on side by side.
  together({
    async "in create: the next up takes over what is there"() {
      const world = await openEngineWorld();
      try {
        const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
        const empty = await stack.exportState();
        let windows = 0;
        for (const moment of IN_CREATE) {
          await stack.importState(empty);
          restore(world, {}, []);
          const { where, orphans } = await killAt(world, stack, "up", moment);
          assert.deepEqual(pending(await stack.exportState()), ["creating VerifiedDomain"], where);
          await stack.cancel();
          const up = succeeded(await stack.up());
          assert.match(up.stdout, /interrupted while creating/, where);
          world.assertVerified(BOTH);
          const state = await stack.exportState();
          assertComplete(state, world, BOTH, where);
          // Between VerifyDomainIdentity and TagResource nothing tells whose the identity is: it is taken for one that was there.
          assert.deepEqual(adopted(state), orphans, where);
          if (moment.call === VERIFY && moment.phase === "after") windows += orphans.length;
          else if (moment.call !== TAG) assert.deepEqual(orphans, [], where);
        }
        assert.ok(windows > 0, "the walk came by the window between asking and signing");
        // The engine goes on, but warns of the interrupted creation until it is told to forget it.
        assert.deepEqual(pending(await stack.exportState()), ["creating VerifiedDomain"]);
        succeeded(await stack.refresh({ clearPendingCreates: true }));
        assert.deepEqual(pending(await stack.exportState()), []);
        assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
      } finally {
        await world.close();
      }
    },

    async "in update: the next up heals, adds a region and removes one"() {
      const world = await openEngineWorld({ ses: { tokenAfterFailure: "new" } });
      try {
        const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
        succeeded(await stack.up());
        const first = await stack.exportState();
        const identities = held(world);
        const wanted = ["ap-southeast-2", "us-east-1"];
        stack.changeProgram(async () => void declare("mail", { regions: wanted }));
        for (const moment of IN_UPDATE) {
          await stack.importState(first);
          // SES has revoked us-east-1, and its value is gone.
          restore(world, identities, ["us-east-1"]);
          const { where, orphans } = await killAt(world, stack, "up", moment);
          assert.deepEqual(pending(await stack.exportState()), ["updating VerifiedDomain"], where);
          await stack.cancel();
          succeeded(await stack.up());
          world.assertVerified(wanted);
          const state = await stack.exportState();
          assert.deepEqual(pending(state), [], where);
          assertComplete(state, world, wanted, where);
          assert.ok(
            orphans.every((region) => region === "ap-southeast-2"),
            where,
          );
          assert.deepEqual(adopted(state), orphans, where);
        }
      } finally {
        await world.close();
      }
    },

    async "in destroy: the next destroy ends it"() {
      const world = await openEngineWorld();
      try {
        const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
        succeeded(await stack.up());
        const first = await stack.exportState();
        const identities = held(world);
        for (const moment of IN_DESTROY) {
          await stack.importState(first);
          restore(world, identities, []);
          const { where } = await killAt(world, stack, "destroy", moment);
          assert.deepEqual(pending(await stack.exportState()), ["deleting VerifiedDomain"], where);
          await stack.cancel();
          succeeded(await stack.destroy());
          world.assertUntouched();
          assert.deepEqual(resources(await stack.exportState()), [], where);
        }
      } finally {
        await world.close();
      }
    },
  });
});

/** Starts all stories at once; each is a test of its own. */
function together(stories: Readonly<Record<string, () => Promise<void>>>): void {
  const outcomes = new Map<string, Promise<{ readonly error?: unknown }>>();
  const start = async (story: () => Promise<void>) => {
    try {
      await story();
      return {};
    } catch (error) {
      return { error };
    }
  };
  globalThis.before("start all at once", () => {
    for (const [title, story] of Object.entries(stories)) outcomes.set(title, start(story));
  });
  for (const title of Object.keys(stories)) {
    it(title, async () => {
      const outcome = await outcomes.get(title);
      if (outcome !== undefined && "error" in outcome) throw outcome.error;
    });
  }
}

/** SIGKILL to the engine and its provider at the moment. `orphans`: the regions whose identity has no mark. */
async function killAt(world: EngineWorld, stack: EngineStack, operation: Operation, moment: Moment) {
  const where = `${operation} killed ${moment.phase} ${moment.call}${moment.nth > 1 ? ` number ${moment.nth}` : ""}`;
  let seen = 0;
  let running: Promise<Running> | undefined;
  const stop = world.emulator.onRequest(async ({ phase, service, action }) => {
    if (phase === moment.phase && `${service}:${action}` === moment.call) seen += 1;
    if (seen < moment.nth) return;
    (await running)?.kill();
    throw new Error("nobody is there for the answer");
  });
  running = stack.spawn(operation);
  const run = await (await running).done;
  // What other requests had set out by then is refused too.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  stop();
  assert.equal(run.exitCode, null, `${where}: it ended before\n${run.stdout}\n${run.stderr}`);
  const orphans = world.emulator.cloud.ses
    .identities()
    .filter(({ tags }) => !tags.has(MADE_TAG))
    .map(({ region }) => region)
    .sort();
  return { where, orphans };
}

interface Held {
  readonly token: string;
  readonly tags: Readonly<Record<string, string>>;
}

function held(world: EngineWorld): Readonly<Record<string, Held>> {
  const all = world.emulator.cloud.ses.identities();
  return Object.fromEntries(
    all.map(({ region, token, tags }) => [region, { token: token ?? "", tags: Object.fromEntries(tags) }]),
  );
}

/** The cloud as it was when the identities stood; those that were revoked have lost their value. */
function restore(world: EngineWorld, identities: Readonly<Record<string, Held>>, revoked: readonly string[]): void {
  const { ses } = world.emulator.cloud;
  for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
  ses.inject(
    Object.entries(identities).map(([region, { token, tags }]) => ({
      accountId: ACCOUNT,
      region,
      name: DOMAIN,
      token,
      tags,
      status: revoked.includes(region) ? "Failed" : "Success",
    })),
  );
  const values = Object.entries(identities).flatMap(([region, { token }]) => (revoked.includes(region) ? [] : [token]));
  world.setValues(NAME, [OTHER_TEAM, ...values]);
}

interface Resource {
  readonly type: string;
  readonly outputs?: {
    readonly verified?: boolean;
    readonly verifications?: readonly { readonly region: string; readonly token: string; readonly adopted: boolean }[];
    readonly records?: readonly { readonly values: readonly string[] }[];
  };
}

const resources = ({ deployment }: Deployment): readonly Resource[] => deployment.resources ?? [];
const domainIn = (state: Deployment) => resources(state).find(({ type }) => type.endsWith("VerifiedDomain"))?.outputs;

function pending({ deployment }: Deployment): string[] {
  const operations: { type: string; resource: Resource }[] = deployment.pending_operations ?? [];
  return operations.map(({ type, resource }) => `${type} ${resource.type.split(":").at(-1)}`);
}

function adopted(state: Deployment): string[] {
  const all = domainIn(state)?.verifications ?? [];
  return all
    .filter((one) => one.adopted)
    .map(({ region }) => region)
    .sort();
}

function assertComplete(state: Deployment, world: EngineWorld, regions: readonly string[], where: string): void {
  const domain = domainIn(state);
  assert.equal(domain?.verified, true, where);
  assert.deepEqual(domain?.verifications?.map(({ region }) => region).sort(), regions, where);
  assert.deepEqual(domain?.verifications?.map(({ token }) => token).sort(), world.tokens(), where);
  assert.deepEqual(
    domain?.records?.map(({ values }) => values),
    [world.tokens()],
    where,
  );
}
