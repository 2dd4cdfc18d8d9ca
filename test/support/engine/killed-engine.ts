import assert from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation";
import type { RequestEvent } from "../../../emulator";
import { MADE_TAG } from "../../../provider/ses/register";
import type { EngineStack, Operation, Running } from "./stack";
import { ACCOUNT, DOMAIN, type EngineWorld, NAME, OTHER_TEAM } from "./world";

/** A moment to die at: the n-th time that a call is about to take effect, or has, before its caller hears of it. */
interface Moment {
  readonly phase: RequestEvent["phase"];
  readonly call: string;
  readonly nth: number;
}
export const before = (call: string, nth = 1): Moment => ({ phase: "before", call, nth });
export const after = (call: string, nth = 1): Moment => ({ phase: "after", call, nth });

export const VERIFY = "ses:VerifyDomainIdentity";
export const TAG = "ses:TagResource";
export const DELETE = "ses:DeleteIdentity";
export const CHANGE = "route53:ChangeResourceRecordSets";

export const BOTH = ["eu-west-1", "us-east-1"];

/** SIGKILL to the engine and its provider at the moment. `orphans`: the regions whose identity has no mark. */
export async function killAt(world: EngineWorld, stack: EngineStack, operation: Operation, moment: Moment) {
  const where = `${operation} killed ${moment.phase} ${moment.call}${moment.nth > 1 ? ` number ${moment.nth}` : ""}`;
  let seen = 0;
  let running: Promise<Running> | undefined;
  const stop = world.emulator.onRequest(async ({ phase, service, action }) => {
    if (phase === moment.phase && `${service}:${action}` === moment.call) seen += 1;
    if (seen < moment.nth) return;
    (await running)?.kill();
    throw new Error("nobody is there for the answer");
  });
  running = stack.spawn(operation);
  const run = await (await running).done;
  // What other requests had set out by then is refused too.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  stop();
  assert.equal(run.exitCode, null, `${where}: it ended before\n${run.stdout}\n${run.stderr}`);
  const orphans = world.emulator.cloud.ses
    .identities()
    .filter(({ tags }) => !tags.has(MADE_TAG))
    .map(({ region }) => region)
    .sort();
  return { where, orphans };
}

interface Held {
  readonly token: string;
  readonly tags: Readonly<Record<string, string>>;
}

export function held(world: EngineWorld): Readonly<Record<string, Held>> {
  const all = world.emulator.cloud.ses.identities();
  return Object.fromEntries(
    all.map(({ region, token, tags }) => [region, { token: token ?? "", tags: Object.fromEntries(tags) }]),
  );
}

/** The cloud as it was when the identities stood; those that were revoked have lost their value. */
export function restore(
  world: EngineWorld,
  identities: Readonly<Record<string, Held>>,
  revoked: readonly string[],
): void {
  const { ses } = world.emulator.cloud;
  for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
  ses.inject(
    Object.entries(identities).map(([region, { token, tags }]) => ({
      accountId: ACCOUNT,
      region,
      name: DOMAIN,
      token,
      tags,
      status: revoked.includes(region) ? "Failed" : "Success",
    })),
  );
  const values = Object.entries(identities).flatMap(([region, { token }]) => (revoked.includes(region) ? [] : [token]));
  world.setValues(NAME, [OTHER_TEAM, ...values]);
}

interface Resource {
  readonly type: string;
  readonly outputs?: {
    readonly verified?: boolean;
    readonly verifications?: readonly { readonly region: string; readonly token: string; readonly adopted: boolean }[];
    readonly records?: readonly { readonly values: readonly string[] }[];
  };
}

export const resources = ({ deployment }: Deployment): readonly Resource[] => deployment.resources ?? [];
const domainIn = (state: Deployment) => resources(state).find(({ type }) => type.endsWith("VerifiedDomain"))?.outputs;

export function pending({ deployment }: Deployment): string[] {
  const operations: { type: string; resource: Resource }[] = deployment.pending_operations ?? [];
  return operations.map(({ type, resource }) => `${type} ${resource.type.split(":").at(-1)}`);
}

export function adopted(state: Deployment): string[] {
  const all = domainIn(state)?.verifications ?? [];
  return all
    .filter((one) => one.adopted)
    .map(({ region }) => region)
    .sort();
}

export function assertComplete(state: Deployment, world: EngineWorld, regions: readonly string[], where: string): void {
  const domain = domainIn(state);
  assert.equal(domain?.verified, true, where);
  assert.deepEqual(domain?.verifications?.map(({ region }) => region).sort(), regions, where);
  assert.deepEqual(domain?.verifications?.map(({ token }) => token).sort(), world.tokens(), where);
  assert.deepEqual(
    domain?.records?.map(({ values }) => values),
    [world.tokens()],
    where,
  );
}
