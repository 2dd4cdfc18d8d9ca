import assert from "node:assert/strict";
import { ourResources, US, urnIn, watch } from "./ownership";
import type { EngineStack, Running } from "./stack";
import { declare, type EngineWorld, succeeded } from "./world";

/** The state after a replacement whose program was killed once the new resource stood. */
export async function betweenCreateAndDelete(world: EngineWorld, name = "test") {
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
export async function inCreate(world: EngineWorld): Promise<EngineStack> {
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
