import type { Deployment } from "@pulumi/pulumi/automation";
import type { EngineStack } from "../support/engine/stack";
import { ACCOUNT, DOMAIN, succeeded } from "../support/engine/world";
import type { Damage, Scenario, Wish } from "./scenarios";
import { type KillWorld, openKillWorld, type Placed } from "./world";

/** What an undisturbed `up` has left: made once for all cases that begin with it. */
interface Template {
  readonly state: Deployment;
  readonly identities: ReturnType<KillWorld["identities"]>;
  readonly values: readonly Placed[];
}

const templates = new Map<string, Promise<Template>>();

/** Brings a stack and its world to where `up` has brought `before`, and then does the damage. */
export async function bringTo(before: Wish, scenario: Scenario, world: KillWorld, stack: EngineStack): Promise<void> {
  const key = JSON.stringify([before, scenario.standing]);
  const made = templates.get(key) ?? makeTemplate(before, scenario);
  templates.set(key, made);
  const { state, identities, values } = await made;
  await stack.importState(state);
  const { ses } = world.emulator.cloud;
  for (const { region, token = "", status, tags } of identities) {
    ses.remove({ accountId: ACCOUNT, region }, DOMAIN);
    ses.inject([{ accountId: ACCOUNT, region, name: DOMAIN, token, status, tags: Object.fromEntries(tags) }]);
  }
  const there = new Set(world.values().map((placed) => JSON.stringify(placed)));
  for (const placed of values) if (!there.has(JSON.stringify(placed))) world.put(placed);
  for (const region of scenario.damage?.regions ?? []) doDamage(world, scenario.damage?.kind, region);
  if (scenario.delegationMoved && scenario.after !== undefined) world.delegate(scenario.after.host);
}

async function makeTemplate(before: Wish, scenario: Scenario): Promise<Template> {
  const world = await openKillWorld({ ...scenario, others: 0, before, after: before });
  try {
    const stack = await world.open(before);
    succeeded(await stack.up());
    const identities = world.identities().map((one) => ({ ...one, tags: new Map(one.tags) }));
    const others = new Set(world.theirs.map((placed) => JSON.stringify(placed)));
    const values = world.values().filter((placed) => !others.has(JSON.stringify(placed)));
    return { state: await stack.exportState(), identities, values };
  } finally {
    await world.close();
  }
}

function doDamage(world: KillWorld, kind: Damage | undefined, region: string): void {
  const { ses } = world.emulator.cloud;
  const token = ses.identity(ACCOUNT, region, DOMAIN)?.token;
  if (kind === "value deleted" || kind === "value deleted, then revoked") {
    for (const placed of world.values()) if (token !== undefined && placed.value.endsWith(token)) world.take(placed);
  }
  if (kind === "value deleted, then revoked" || kind === "failed") ses.setStatus(ACCOUNT, region, DOMAIN, "Failed");
  if (kind === "not started") ses.setStatus(ACCOUNT, region, DOMAIN, "NotStarted");
  if (kind === "identity deleted") ses.remove({ accountId: ACCOUNT, region }, DOMAIN);
}
