import assert from "node:assert/strict";
import {
  assertGone,
  assertQuiet,
  assertStands,
  inWorld,
  isDeletion,
  marksOf,
  ourResources,
  US,
  urnIn,
  watch,
} from "../../support/engine/ownership";
import type { EngineStack, Running } from "../../support/engine/stack";
import { declare, type EngineWorld, succeeded } from "../../support/engine/world";

/** A replacement that is killed in its midst leaves the old resource, the new one, or both in the state. */
describe("a replacement that is killed", function () {
  this.timeout(400_000);

  it("between Create and Delete: the next up ends it, and destroy removes all", () =>
    inWorld(async (world) => {
      const { stack, open } = await between(world);
      open();
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      assert.equal((await ourResources(stack)).length, 1);
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("between Create and Delete: a destroy right after removes all", () =>
    inWorld(async (world) => {
      const { stack } = await between(world);
      succeeded(await stack.destroy());
      assertGone(world);
      assert.deepEqual(await ourResources(stack), []);
    }));

  it("in Create: the next replacement takes the dead one's place, and destroy removes all", () =>
    inWorld(async (world) => {
      const stack = await inCreate(world);
      const seen = watch(world);
      succeeded(await stack.up({ replace: [await urnIn(stack, "mail")] }));
      seen.assertNone();
      await assertQuiet(stack);
      assertStands(world);
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("in Create: the next plain up keeps it, and destroy removes all", () =>
    inWorld(async (world) => {
      const stack = await inCreate(world);
      const seen = watch(world);
      succeeded(await stack.up());
      seen.assertNone();
      succeeded(await stack.destroy());
      assertGone(world, `marks ${JSON.stringify(marksOf(world))}`);
    }));

  it("in Delete, at each of its requests: the next up ends it, and destroy removes all", () =>
    inWorld(async (world) => {
      for (const nth of [1, 2, 3]) {
        const { stack, open } = await between(world, `test-${nth}`);
        open();
        const seen = watch(world);
        // Delete is all that is left to do.
        await killAtRequest(world, await stack.spawnUp(), nth);
        await stack.cancel();
        const text = `killed at request ${nth} of Delete`;
        succeeded(await stack.up());
        seen.assertNone();
        assertStands(world, {}, text);
        succeeded(await stack.destroy());
        assertGone(world, text);
      }
    }));
});

/** The state after a replacement whose program was killed once the new resource stood. */
async function between(world: EngineWorld, name = "test") {
  let hold = false;
  let reached: () => void = () => undefined;
  let open: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stack = await world.open({
    stack: name,
    async program() {
      const mail = declare("mail", { regions: [US] });
      // The engine deletes what was replaced once the program has ended.
      if (!hold) return;
      await new Promise<void>((resolve) => void mail.identityArns.apply(() => resolve()));
      reached();
      await gate;
    },
  });
  succeeded(await stack.up());
  // After an engine of this process was killed, Pulumi's runtime for inline programs at times drops a registration.
  if ((await ourResources(stack)).length === 0) succeeded(await stack.up());
  hold = true;
  const seen = watch(world);
  const running = await stack.spawnUp({ replace: [await urnIn(stack, "mail")] });
  await arrived;
  running.kill();
  hold = false;
  open();
  assert.equal((await running.done).exitCode, null);
  await stack.cancel();
  seen.assertNone();
  const states = await ourResources(stack);
  assert.deepEqual(
    states.map((one) => one.delete === true).sort(),
    [false, true],
    "the old one and the new one are in the state",
  );
  return { stack, open };
}

/** A stack whose replacement was killed while its Create waited for the first answer after it had registered itself. */
async function inCreate(world: EngineWorld): Promise<EngineStack> {
  const stack = await world.open({ program: async () => void declare("mail", { regions: [US] }) });
  succeeded(await stack.up());
  let running: Promise<Running> | undefined;
  const stop = world.emulator.onRequest(async ({ phase, action }) => {
    if (phase !== "after" || action !== "TagResource") return;
    (await running)?.kill();
    throw new Error("nobody is there for the answer");
  });
  running = stack.spawnUp({ replace: [await urnIn(stack, "mail")] });
  const run = await (await running).done;
  stop();
  assert.equal(run.exitCode, null, `Create writes no tag:\n${run.stdout}`);
  await stack.cancel();
  return stack;
}

async function killAtRequest(world: EngineWorld, running: Running, nth: number): Promise<void> {
  let seen = 0;
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase !== "before" || !/TagResource|ListTags/.test(action) || isDeletion(action)) return;
    seen += 1;
    if (seen < nth) return;
    running.kill();
    throw new Error("nobody is there for the answer");
  });
  await running.done;
  stop();
}
