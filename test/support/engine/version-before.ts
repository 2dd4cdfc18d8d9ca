import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { isPlugin } from "./door";
import { assertQuiet, EU, type StateResource, tokensOf, US } from "./ownership";
import { DomainIdentity, VerifiedEmailAddress } from "./resources";
import type { EngineStack } from "./stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

export const PARTS = "parts-example.com";
export const ADDRESS = "sender@elsewhere-example.com";
export const BOTH = [US, EU];

interface Written {
  readonly state: Deployment;
  readonly identities: readonly {
    readonly region: string;
    readonly name: string;
    readonly token?: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/** What the last commit before marks wrote: a stack with one resource of each kind, and SES's identities with their tags. */
const WRITTEN = readFileSync(join(__dirname, "..", "..", "engine", "states", "before-marks.json"), "utf8");

export async function allKinds(): Promise<void> {
  declare("mail", { regions: BOTH });
  new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
  new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
}

export function domainAlone(name = "mail") {
  return async () => void declare(name, { regions: BOTH });
}

/** A stack with that state, and the cloud as it was then. */
export async function openWritten(
  world: EngineWorld,
  program: () => Promise<void>,
  { adopted = false }: { readonly adopted?: boolean } = {},
): Promise<EngineStack> {
  const text = adopted ? WRITTEN.replaceAll('"adopted": false', '"adopted": true') : WRITTEN;
  const { state, identities } = JSON.parse(text) as Written;
  const alone = program !== allKinds;
  world.emulator.cloud.ses.inject(
    identities
      .filter(({ name }) => !alone || name === DOMAIN)
      .map(({ tags, ...one }) => ({
        ...one,
        accountId: ACCOUNT,
        tags: adopted ? {} : tags,
        status: one.name === PARTS ? ("Pending" as const) : ("Success" as const),
      })),
  );
  world.setValues(NAME, [OTHER_TEAM, ...tokensOf(world)]);
  const resources: readonly StateResource[] = state.deployment.resources;
  const kept = resources.filter(({ type }) => !alone || !/DomainIdentity|VerifiedEmailAddress/.test(type));
  const stack = await world.open({ program });
  await stack.importState({ ...state, deployment: { ...state.deployment, resources: kept } });
  return stack;
}

/** A state of an earlier version previews clean. The plugin moves each of its dynamic resources with one update. */
export async function assertTaken(stack: EngineStack, resources: number): Promise<void> {
  if (isPlugin) assert.deepEqual(succeeded(await stack.up()).changes, { update: resources, same: 1 });
  await assertQuiet(stack);
}

export async function assertOneUpdate(stack: EngineStack): Promise<void> {
  assert.deepEqual(succeeded(await stack.preview()).changes, { update: 1, same: 1 });
  succeeded(await stack.up());
  await assertQuiet(stack);
}
