import { assertStands, tagsOf, tokensOf, US } from "./ownership";
import type { EngineStack } from "./stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

export async function openRestorable(world: EngineWorld) {
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
export async function between(
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
