import assert from "node:assert/strict";
import {
  assertGone,
  assertStands,
  inWorld,
  isDeletion,
  marksOf,
  statusesOf,
  tagsOf,
  tokensOf,
  US,
} from "../../support/engine/ownership";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "../../support/engine/world";
import { STRIDE } from "../../support/sample";

/** At each request of one stack's destroy, another stack's destroy or create runs from its beginning to its end. */
describe("a destroy that another operation comes between", function () {
  this.timeout(900_000);

  it("another destroy: nobody registered loses the domain, and the last one out removes it", () =>
    inWorld(async (world) => {
      const { dev, prod, restore } = await opened(world);
      for (let nth = 1; ; nth += STRIDE) {
        await restore();
        const stop = refuseDeletionsUnderUsers(world);
        const reached = await between(world, dev, nth, async () => void succeeded(await prod.destroy()));
        stop();
        if (!reached) break;
        assertGone(world, `with a destroy between, at request ${nth}`);
      }
    }));

  it("a create: who joins has the domain afterwards", () =>
    inWorld(async (world) => {
      const { dev, prod, restore } = await opened(world);
      for (let nth = 1; ; nth += STRIDE) {
        await restore(prod);
        const reached = await between(world, dev, nth, async () => void succeeded(await prod.up()));
        if (!reached) break;
        const when = `with a create between, at request ${nth}`;
        // Where the destroy had read the marks before, SES may have lost the identity after the create was done.
        const lost = statusesOf(world)[US] === undefined;
        if (lost) succeeded(await prod.up());
        assertStands(world, {}, when);
        succeeded(await prod.destroy());
        assertGone(world, when);
      }
    }));
});

async function opened(world: EngineWorld) {
  const program = async () => void declare("mail", { regions: [US] });
  const dev = await world.open({ stack: "dev", program });
  const prod = await world.open({ stack: "prod", program });
  const empty = await prod.exportState();
  succeeded(await dev.up());
  const alone = new Map(tagsOf(world));
  succeeded(await prod.up());
  assertStands(world, { users: 2 });
  const both = { dev: await dev.exportState(), prod: await prod.exportState(), tags: new Map(tagsOf(world)) };
  const [token = ""] = tokensOf(world);
  return {
    dev,
    prod,
    /** As it was when both stood, or, where one is to join, when only the other did. */
    async restore(joining?: EngineStack) {
      const { ses } = world.emulator.cloud;
      ses.remove({ accountId: ACCOUNT, region: US }, DOMAIN);
      const tags = Object.fromEntries(joining ? alone : both.tags);
      ses.inject([{ accountId: ACCOUNT, region: US, name: DOMAIN, token, tags }]);
      world.setValues(NAME, [OTHER_TEAM, token]);
      await dev.importState(both.dev);
      await prod.importState(joining ? empty : both.prod);
    },
  };
}

/** Holds the n-th request of the stack's destroy while the other work is done. Returns whether there was such a request. */
async function between(
  world: EngineWorld,
  stack: EngineStack,
  nth: number,
  work: () => Promise<void>,
): Promise<boolean> {
  let seen = 0;
  let worked: Promise<void> | undefined;
  const stop = world.emulator.onRequest(async ({ phase }) => {
    if (phase !== "before" || worked) return;
    seen += 1;
    if (seen < nth) return;
    worked = work();
    await worked;
  });
  const destroy = await stack.destroy();
  stop();
  await worked;
  succeeded(destroy);
  return worked !== undefined;
}

/** Fails a deletion while another user than those that are leaving is registered. */
function refuseDeletionsUnderUsers(world: EngineWorld): () => void {
  const early: string[] = [];
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase !== "before" || !isDeletion(action)) return;
    early.push(
      ...marksOf(world)
        .filter(({ state }) => state !== "leaving")
        .map(({ text }) => text),
    );
  });
  return () => {
    stop();
    assert.deepEqual(early, [], "registered users when the deletion came");
  };
}
