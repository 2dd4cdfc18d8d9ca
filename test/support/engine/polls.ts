import type { EngineWorld } from "./world";

/** Resolves once SES was asked for a status so many more times. */
export async function polls(world: EngineWorld, count: number): Promise<void> {
  let left = count;
  await new Promise<void>((resolve) => {
    const stop = world.emulator.onRequest(({ action, phase }) => {
      if (action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      left -= 1;
      if (left > 0) return;
      stop();
      resolve();
    });
  });
}

/** Looks again each time that SES was asked for a status. */
export async function pollsUntil(world: EngineWorld, condition: () => boolean): Promise<void> {
  while (!condition()) await polls(world, 1);
}
