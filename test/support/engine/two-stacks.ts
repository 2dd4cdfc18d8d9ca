import { US } from "./ownership";
import { VerifiedDomain } from "./resources";
import type { EngineStack } from "./stack";
import { DOMAIN, type EngineWorld } from "./world";

export async function openBoth(world: EngineWorld): Promise<readonly [EngineStack, EngineStack]> {
  const program = async () =>
    void new VerifiedDomain("mail", { domain: DOMAIN, identities: [{ region: US }], dns: { kind: "route53" } });
  const dev = await world.open({ stack: "dev", program });
  return [dev, await world.open({ stack: "prod", sameFolderAs: dev, program })];
}
