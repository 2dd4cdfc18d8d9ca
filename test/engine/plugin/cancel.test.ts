import assert from "node:assert/strict";
import { PluginResource } from "../../support/engine/plugin";
import { pollsUntil } from "../../support/engine/polls";
import type { EngineStack, Running } from "../../support/engine/stack";
import { DOMAIN, type EngineWorld, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../../support/engine/world";

const US = "us-east-1";
/** Far longer than a test may take: only the interruption can end what waits for it. */
const FOREVER_MS = 3_600_000;

/** Ctrl-C once: the engine tells the plugin, which ends what runs; without that each of these would end by its test's time limit. */
describe("the plugin, interrupted once", function () {
  this.timeout(120_000);

  it("in a create that waits: what exists is in the state, and the next up goes on", () =>
    inWorld(async (world, stack) => {
      const lag = freeze(world);
      const running = await stack.spawnUp();
      await pollsUntil(world, () => running.output().includes("DNS"));
      await interrupt(running);
      const [mail] = await resourcesOf(stack);
      assert.equal(mail?.id, DOMAIN);
      assert.equal((mail?.initErrors ?? []).length, 1);
      lag.off();
      // Where SES has verified it by then, the engine's own Read finds nothing left to do, and clears the error.
      succeeded(await stack.up());
      const [again] = await resourcesOf(stack);
      assert.deepEqual(again?.initErrors ?? [], []);
      world.assertVerified([US]);
    }));

  it("in an update: the state is kept, and the next up goes on", () =>
    inWorld(async (world, stack) => {
      succeeded(await stack.up());
      world.setValues(NAME, [OTHER_TEAM]);
      const { length } = world.servers();
      const lag = freeze(world);
      const running = await stack.spawnUp();
      await pollsUntil(world, () => running.output().includes(`/${length} DNS`));
      await interrupt(running);
      lag.off();
      succeeded(await stack.up());
      world.assertVerified([US]);
    }));

  it("in a read: the state is as it was", () =>
    inWorld(async (world, stack) => {
      succeeded(await stack.up());
      const before = await resourcesOf(stack);
      const asked = requested(world, "List");
      const slow = world.emulator.faults.http({ service: "ses*", action: "*Identit*" }, late());
      const running = await stack.spawn("refresh");
      await asked;
      await interrupt(running);
      slow.off();
      assert.deepEqual(await resourcesOf(stack), before);
      succeeded(await stack.preview({ expectNoChanges: true }));
    }));

  it("in a delete: the state is kept, and the next destroy goes on", () =>
    inWorld(async (world, stack) => {
      succeeded(await stack.up());
      const asked = requested(world, "DeleteIdentity");
      const slow = world.emulator.faults.http({ action: "DeleteIdentity" }, late());
      const running = await stack.spawn("destroy");
      await asked;
      await interrupt(running);
      slow.off();
      assert.equal((await resourcesOf(stack)).length, 1);
      succeeded(await stack.destroy());
      world.assertUntouched();
    }));
});

async function inWorld(work: (world: EngineWorld, stack: EngineStack) => Promise<void>): Promise<void> {
  const world = await openEngineWorld();
  try {
    const program = async () =>
      void new PluginResource("VerifiedDomain", "mail", {
        domain: DOMAIN,
        identities: [{ region: US }],
        dns: { kind: "route53" },
      });
    await work(world, await world.open({ program }));
  } finally {
    await world.close();
  }
}

/** Sends the one signal that a terminal sends to `pulumi`, and sees it end without leaving anything behind. */
async function interrupt(running: Running): Promise<void> {
  running.signal("SIGINT", "leader");
  const run = await running.done;
  assert.equal(run.failed, true);
  assert.deepEqual(running.left(), []);
}

function freeze(world: EngineWorld) {
  return world.emulator.faults.dns(world.servers().at(-1)?.name ?? "", { lagMs: "frozen" });
}

function late() {
  return { kind: "delay", delayMs: FOREVER_MS } as const;
}

async function requested(world: EngineWorld, action: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = world.emulator.onRequest((request) => {
      if (request.phase !== "before" || !request.action.startsWith(action)) return;
      stop();
      resolve();
    });
  });
}

interface StoredResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly initErrors?: readonly string[];
}

async function resourcesOf(stack: EngineStack) {
  const { deployment } = await stack.exportState();
  const { resources = [], pending_operations: pending = [] } = deployment as {
    readonly resources?: readonly StoredResource[];
    readonly pending_operations?: readonly unknown[];
  };
  assert.deepEqual(pending, []);
  return resources
    .filter(({ type }) => type.startsWith("sesdomain:"))
    .map(({ id, inputs, outputs, initErrors }) => ({ id, inputs, outputs, initErrors }));
}
