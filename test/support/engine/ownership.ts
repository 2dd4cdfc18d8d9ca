import assert from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation";
import type { EmulatorOptions } from "../../../emulator";
import { child, type Fqdn } from "../../../provider/core/fqdn";
import type { EngineRun, EngineStack } from "./stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, OTHER_TEAM, openEngineWorld, SPF } from "./world";

const MARK_KEY = "sesdomain:user:";
/** The second is what the version before marks wrote. */
const MADE_KEYS = ["sesdomain:made", "sesdomain:owner"];
export const US = "us-east-1";
export const EU = "eu-west-1";
/** Another team's identity in the same account and region. */
const OTHER_DOMAIN = "other-team-example.com";

/** A program with the domain in one region. */
export const oneDomain = async () => void declare("mail", { regions: [US] });

/** One registered user of an identity, as its tag says. */
export interface Mark {
  readonly mark: string;
  readonly state: "creating" | "settled" | "leaving" | "unknown";
  readonly text: string;
}

/** Opens an emulator with another team's identity in it, runs the story, and closes all. */
export async function inWorld(
  story: (world: EngineWorld) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const world = await openEngineWorld(options);
  try {
    world.emulator.cloud.ses.inject([
      { accountId: ACCOUNT, region: US, name: OTHER_DOMAIN, tags: { team: "other" }, status: "Failed" },
    ]);
    await story(world);
    const other = world.emulator.cloud.ses.identity(ACCOUNT, US, OTHER_DOMAIN);
    assert.deepEqual(other && [...other.tags], [["team", "other"]], "another team's identity stays as it was");
    assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] });
  } finally {
    await world.close();
  }
}

export function tagsOf(world: EngineWorld, region = US, name: string = DOMAIN): ReadonlyMap<string, string> {
  return world.emulator.cloud.ses.identity(ACCOUNT, region, name)?.tags ?? new Map();
}

export function marksOf(world: EngineWorld, region = US, name: string = DOMAIN): readonly Mark[] {
  return [...tagsOf(world, region, name)]
    .filter(([key]) => key.startsWith(MARK_KEY))
    .map(([key, text]) => {
      const state = /\b(creating|settled|leaving)\b/.exec(text)?.[1] as Mark["state"] | undefined;
      return { mark: key.slice(MARK_KEY.length), state: state ?? "unknown", text };
    });
}

/** Whether a tag says that this package made or took the identity. */
export function isMade(world: EngineWorld, region = US, name: string = DOMAIN): boolean {
  const tags = tagsOf(world, region, name);
  return MADE_KEYS.some((key) => tags.has(key));
}

/** SES's status for the domain, by region. */
export function statusesOf(world: EngineWorld, name: string = DOMAIN): Readonly<Record<string, string>> {
  const all = world.emulator.cloud.ses.identities(ACCOUNT).filter((one) => one.name === name);
  return Object.fromEntries(all.map(({ region, status }) => [region, status]).sort());
}

export function tokensOf(world: EngineWorld, name: string = DOMAIN): readonly string[] {
  const all = world.emulator.cloud.ses.identities(ACCOUNT).filter((one) => one.name === name);
  return all.flatMap(({ token }) => token ?? []).sort();
}

export interface Standing {
  readonly regions?: readonly string[];
  /** How many users are registered in each region. Default 1. */
  readonly users?: number;
  /** Whether this package made or took it. Default true. */
  readonly made?: boolean;
}

/** The domain is verified in these regions and no other, its values stand among those that were there, and its users are registered. */
export function assertStands(world: EngineWorld, standing: Standing = {}, when = ""): void {
  const { regions = [US], users = 1, made = true } = standing;
  const wanted = Object.fromEntries([...regions].sort().map((region) => [region, "Success"]));
  assert.deepEqual(statusesOf(world), wanted, `SES ${when}`);
  assertValues(world, tokensOf(world), when);
  for (const region of regions) {
    const marks = marksOf(world, region);
    assert.deepEqual(
      marks.map(({ state }) => state),
      Array.from({ length: users }, () => "settled"),
      `users in ${region} ${when}: ${JSON.stringify(marks)}`,
    );
    assert.equal(isMade(world, region), made, `made in ${region} ${when}`);
  }
}

/** Nothing of ours is left, and what was there before is as it was. */
export function assertGone(world: EngineWorld, when = ""): void {
  assert.deepEqual(statusesOf(world), {}, `SES ${when}`);
  assertValues(world, [], when);
}

/** These values of ours, and another team's. */
export function assertValues(world: EngineWorld, ours: readonly string[], when = ""): void {
  const values = [OTHER_TEAM, ...ours].sort();
  assert.deepEqual(world.at(child("_amazonses", DOMAIN)), { ttl: 1800, values }, `DNS ${when}`);
}

export interface Watch {
  /** Moments at which one of the identities, its Success or its value was not there. */
  readonly lapses: readonly string[];
  /** Regions of deletions that were asked of SES, whatever came of them. */
  readonly deletions: readonly string[];
  stop(): void;
  /** Ends the watch; fails where the domain lapsed, or where a deletion was asked for in one of the regions. */
  assertNone(): void;
}

/** Watches the domain's identities in these regions at each request and each change of a zone. */
export function watch(world: EngineWorld, regions: readonly string[] = [US], domain: Fqdn = DOMAIN): Watch {
  const lapses: string[] = [];
  const deletions: string[] = [];
  const { ses } = world.emulator.cloud;
  const look = (when: string) => {
    const values = world.at(child("_amazonses", domain))?.values ?? [];
    for (const region of regions) {
      const identity = ses.identity(ACCOUNT, region, domain);
      if (identity?.status !== "Success") lapses.push(`${when}: SES in ${region} says ${identity?.status}`);
      else if (!values.includes(identity.token ?? "")) lapses.push(`${when}: no value of ${region}`);
    }
  };
  const stops = [
    world.emulator.onRequest(({ phase, action, region }) => {
      if (phase === "before" && isDeletion(action)) deletions.push(region);
      look(`${phase} ${action}`);
    }),
    world.emulator.zones.subscribe(({ kind }) => look(`zone ${kind}`)),
  ];
  const end = () => {
    for (const stop of stops) stop();
  };
  return {
    lapses,
    deletions,
    stop: end,
    assertNone() {
      end();
      assert.deepEqual(
        deletions.filter((region) => regions.includes(region)),
        [],
        "deletions that were asked for",
      );
      assert.deepEqual(lapses, []);
    },
  };
}

export function isDeletion(action: string): boolean {
  return action === "DeleteIdentity" || action === "DeleteEmailIdentity";
}

/** What an operation says on the lines of our resources. */
export function said(run: EngineRun): string {
  return run.diagnostics
    .filter(({ urn }) => urn?.includes("sesdomain:"))
    .map(({ message }) => message)
    .join("\n");
}

export async function assertQuiet(stack: EngineStack): Promise<void> {
  const quiet = await stack.preview({ expectNoChanges: true });
  assert.equal(quiet.exitCode, 0, quiet.stdout);
}

/** A resource in a stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>> & {
    readonly verifications?: readonly { readonly region: string; readonly adopted: boolean }[];
  };
}

const resourcesIn = ({ deployment }: Deployment): readonly StateResource[] => deployment.resources ?? [];

/** Our resources in the stack's state. */
export async function ourResources(stack: EngineStack): Promise<readonly StateResource[]> {
  return resourcesIn(await stack.exportState()).filter(({ type }) => type.includes("sesdomain:"));
}

/** The URN of the one resource with that name. */
export async function urnIn(stack: EngineStack, name: string): Promise<string> {
  const urn = (await ourResources(stack)).map((one) => one.urn).find((one) => one.endsWith(`::${name}`));
  assert.ok(urn, `no resource ${name}`);
  return urn;
}

/** The `adopted` of each identity in the stack's state, by region. */
export async function adoptedIn(stack: EngineStack): Promise<Readonly<Record<string, boolean>>> {
  const all = (await ourResources(stack)).flatMap(({ outputs }) => outputs?.verifications ?? []);
  return Object.fromEntries(all.map(({ region, adopted }) => [region, adopted]));
}

/** A domain's mark is in the state of the stack that it stands for. */
export async function assertHolds(stack: EngineStack, marks: readonly Mark[]): Promise<void> {
  const state = JSON.stringify(await ourResources(stack));
  for (const { mark } of marks) assert.ok(state.includes(mark), `the state holds the mark ${mark}`);
}

/** Refuses an action of SES, as an IAM policy without it does. */
export function deny(world: EngineWorld, ...actions: readonly string[]) {
  const switches = actions.map((action) => world.emulator.faults.http({ action }, { kind: "deny" }));
  return { off: () => switches.forEach((one) => void one.off()) };
}
