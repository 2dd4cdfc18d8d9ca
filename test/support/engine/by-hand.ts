import { child, fqdn } from "../../../provider/core/fqdn";
import type { ManualArgs } from "../../../provider/resources/args";
import { openPublisher } from "./publisher";
import { declare, type EngineWorld, SPF } from "./world";

export const DOMAIN = fqdn("by-hand-example.com");
export const UNDER = child("_amazonses", DOMAIN);
export const ONE = ["us-east-1"];
export const TWO = ["us-east-1", "eu-west-1"];

export const program =
  (regions: readonly string[], host: Omit<ManualArgs, "kind"> = {}) =>
  async () => ({ records: declare("mail", { domain: DOMAIN, regions, dns: { kind: "manual", ...host } }).records });

/** A zone that only a person writes to, and the stack whose records that person publishes. */
export async function openByHand(world: EngineWorld, regions: readonly string[], host: Omit<ManualArgs, "kind"> = {}) {
  const zone = await world.emulator.addZone({ name: DOMAIN });
  const person = openPublisher(world, zone.id);
  person.put(DOMAIN, [SPF]);
  return { person, stack: await world.open({ program: program(regions, host) }) };
}
