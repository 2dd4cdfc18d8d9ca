import assert from "node:assert/strict";
import { STRIDE } from "../sample";
import {
  adoptedIn,
  assertGone,
  assertStands,
  assertValues,
  inWorld,
  marksOf,
  said,
  statusesOf,
  tagsOf,
  tokensOf,
  US,
} from "./ownership";
import type { EngineStack, Running } from "./stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

/** Most of their time is SES's one request a second: so many go on side by side. */
const WALKERS = 3;

export interface KilledCreate {
  /** SES verifies what the killed create has left before the next `up` comes. */
  readonly verified: boolean;
}

/**
 * SIGKILL after each request of a create has had its effect, and before the first: nothing happens between two of them. After
 * each, the next `up` takes over what is there, and destroy leaves nothing.
 */
export async function walkKilledCreate(options: KilledCreate): Promise<void> {
  const walks = Array.from({ length: WALKERS }, (_, first) =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void declare("mail", { regions: [US] }) });
      const empty = await stack.exportState();
      for (let nth = first * STRIDE; await killed(world, stack, nth, options); nth += WALKERS * STRIDE)
        await stack.importState(empty);
    }),
  );
  for (const walk of await Promise.allSettled(walks)) if (walk.status === "rejected") throw walk.reason;
}

/** Returns false once the create has fewer requests. */
async function killed(
  world: EngineWorld,
  stack: EngineStack,
  nth: number,
  { verified }: KilledCreate,
): Promise<boolean> {
  let seen = 0;
  let where = "";
  let running: Promise<Running> | undefined;
  const stop = world.emulator.onRequest(async ({ phase, action }) => {
    if (phase === "after") seen += 1;
    if (where === "" && (nth === 0 ? phase === "before" : phase === "after" && seen >= nth))
      where = `killed ${phase} ${action}, request ${nth}`;
    if (where === "") return;
    (await running)?.kill();
    throw new Error("nobody is there for the answer");
  });
  running = stack.spawnUp();
  const run = await (await running).done;
  // What other requests had set out by then is refused too.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  stop();
  if (where === "") {
    succeeded(run);
    return false;
  }
  assert.equal(run.exitCode, null, where);
  await stack.cancel();
  // Between VerifyDomainIdentity and the first tag nothing tells whose the identity is: it counts as found.
  const found = statusesOf(world)[US] !== undefined && tagsOf(world).size === 0;
  // Between the last tag and the engine's writing of the state nothing tells it from a user whose state is elsewhere.
  const settled = marksOf(world).some(({ state }) => state === "settled");
  const { ses } = world.emulator.cloud;
  if (verified) {
    world.setValues(NAME, [OTHER_TEAM, ...tokensOf(world)]);
    await ses.checkNow();
  }
  succeeded(await stack.up());
  assertStands(world, { made: !found, users: settled ? 2 : 1 }, where);
  assert.deepEqual(await adoptedIn(stack), { [US]: found }, where);
  const destroy = succeeded(await stack.destroy());
  if (settled) assert.match(said(destroy), /sesdomain-test\/test/, `${where}: names the user that is left`);
  if (found || settled) {
    assert.deepEqual(statusesOf(world), { [US]: "Success" }, where);
    assertValues(world, tokensOf(world), where);
    ses.remove({ accountId: ACCOUNT, region: US }, DOMAIN);
    world.setValues(NAME, [OTHER_TEAM]);
  }
  assertGone(world, where);
  return true;
}
