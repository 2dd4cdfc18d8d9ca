import type { Deployment } from "@pulumi/pulumi/automation";
import { readRegister } from "../../provider/ses/register";
import type { Wish } from "./scenarios";
import { bare, type Watch } from "./watch";
import { type KillWorld, type Placed, placeOf } from "./world";

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly delete?: boolean;
  readonly outputs?: {
    readonly __mark?: string;
    readonly verified?: boolean;
    readonly verifications?: readonly {
      readonly name: string;
      readonly region: string;
      readonly token: string;
      readonly adopted: boolean;
    }[];
    readonly records?: readonly { readonly name: string; readonly values: readonly string[] }[];
  };
}

export function domainsIn({ deployment }: Deployment): readonly Resource[] {
  const resources: readonly Resource[] = deployment.resources ?? [];
  return resources.filter(({ type }) => type.endsWith(":VerifiedDomain"));
}

function resourcesIn({ deployment }: Deployment): readonly Resource[] {
  return deployment.resources ?? [];
}

export function pendingIn({ deployment }: Deployment): readonly string[] {
  const pending: { readonly type: string; readonly resource: Resource }[] = deployment.pending_operations ?? [];
  return pending.map(({ type, resource }) => `${type} ${resource.urn}`);
}

/** The regions whose identity is noted as one that was there before. */
export function adoptedIn(state: Deployment): readonly string[] {
  return domainsIn(state)
    .flatMap(({ outputs }) => outputs?.verifications ?? [])
    .flatMap(({ region, adopted }) => (adopted ? [region] : []));
}

/** What the blow has made unknowable, and what is not ours. */
export interface Allowance {
  /** Regions whose identity may be taken for one that was there, and those where it is one. */
  readonly mayBeAdopted: readonly string[];
  readonly mustBeAdopted: readonly string[];
  /** Marks of a create that had ended, and whose state was lost: no other user may touch them. */
  readonly lostMarks: readonly string[];
  /** What still wants each value at a host that `wish` has left. */
  readonly leaving: readonly Wish[];
}

/** What of the cloud and the state is not as `up` promises. */
export function faultsAfterUp(
  wish: Wish,
  world: KillWorld,
  watch: Watch,
  state: Deployment,
  { mayBeAdopted, mustBeAdopted, lostMarks, leaving }: Allowance,
): readonly string[] {
  const faults: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown) => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (is !== should) faults.push(`${what}: ${is} instead of ${should}`);
  };
  const byRegion = new Map(world.identities().map((one) => [one.region, one]));
  const regions = wish.identities.map(({ region }) => region);
  expect(
    "SES",
    statusesOf(world),
    [...regions].sort().map((region) => `${region} Success`),
  );

  const tokens = regions.map((region) => byRegion.get(region)?.token ?? "none");
  const wanted = [wish, ...leaving].flatMap((one) => tokens.map((token, index) => placeOf(one, index, token)));
  const theirs = new Set(world.theirs.map(textOf));
  expect("our values in DNS", listOf(watch.ours()), listOf(wanted.filter((placed) => !theirs.has(textOf(placed)))));
  const twice = world.values().map(textOf);
  expect(
    "values that stand twice",
    twice.filter((text, index) => twice.indexOf(text) !== index),
    [],
  );

  expect("pending operations", pendingIn(state), []);
  const domains = domainsIn(state);
  expect("resources of ours in the state", domains.length, 1);
  const outputs = domains[0]?.outputs;
  expect("verified in the state", outputs?.verified, true);
  for (const one of world.identities()) {
    // That of a create that was killed counts for none, and goes with the next create or with the identity.
    const users = usersOf(one).flatMap(({ mark, state }) =>
      state === "creating" || lostMarks.includes(mark) ? [] : [`${mark} ${state}`],
    );
    expect(`users of ${one.region}`, users, [`${outputs?.__mark} settled`]);
  }
  const verifications = outputs?.verifications ?? [];
  expect(
    "identities in the state",
    verifications.map(({ name, region, token }) => `${name} ${region} ${token}`).sort(),
    wish.identities.map(({ name, region }, index) => `${name ?? region} ${region} ${tokens[index]}`).sort(),
  );
  const records = outputs?.records ?? [];
  expect(
    "values in the state",
    records.flatMap(({ name, values }) => values.map((value) => `${name} ${value}`)).sort(),
    tokens
      .map((token, index) => placeOf(wish, index, token))
      .map(({ name, value }) => `${name} ${value}`)
      .sort(),
  );
  const adopted = adoptedIn(state);
  expect(
    "taken for adopted without cause",
    adopted.filter((region) => !mayBeAdopted.includes(region)),
    [],
  );
  expect(
    "not taken for adopted",
    mustBeAdopted.filter((region) => !adopted.includes(region)),
    [],
  );
  return faults;
}

/** What is left, or gone too much, after `pulumi destroy`. `stay`: the regions whose identity, with its value, is not ours. */
export function faultsAfterDestroy(
  world: KillWorld,
  watch: Watch,
  state: Deployment,
  stay: readonly string[],
  lostMarks: readonly string[],
): readonly string[] {
  const faults: string[] = [];
  const regions = world.identities().map(({ region }) => region);
  const left = regions.filter((region) => !stay.includes(region));
  const gone = stay.filter((region) => !regions.includes(region));
  if (left.length > 0) faults.push(`identities left after destroy: ${left.join(", ")}`);
  if (gone.length > 0) faults.push(`identities that destroy had to leave: ${gone.join(", ")}`);
  for (const one of world.identities()) {
    const users = usersOf(one).filter(({ mark, state }) => state !== "leaving" && !lostMarks.includes(mark));
    const words = users.map(({ mark, state }) => `${mark} ${state}`);
    if (users.length > 0) faults.push(`users left on ${one.region} after destroy: ${words.join(", ")}`);
  }
  const staying = new Set(world.identities().flatMap(({ token }) => token ?? []));
  const values = watch.ours().filter(({ value }) => !staying.has(bare(value)));
  if (values.length > 0) faults.push(`values left after destroy: ${listOf(values).join(", ")}`);
  const held = new Set(world.values().map(({ value }) => bare(value)));
  for (const token of staying)
    if (!held.has(token)) faults.push(`the value ${token} of an identity that stays is gone`);
  const resources = resourcesIn(state).map(({ urn }) => urn);
  if (resources.length > 0) faults.push(`resources left in the state: ${resources.join(", ")}`);
  return faults;
}

function statusesOf(world: KillWorld): readonly string[] {
  return world
    .identities()
    .map(({ region, status }) => `${region} ${status}`)
    .sort();
}

/** Who uses the identity, by its tags. */
export function usersOf({ tags }: ReturnType<KillWorld["identities"]>[number]) {
  return readRegister([...tags].map(([Key, Value]) => ({ Key, Value }))).users;
}

function textOf({ host, name, value }: Placed): string {
  return `${host} ${name} ${value}`;
}

function listOf(values: readonly Placed[]): readonly string[] {
  return values.map(textOf).sort();
}
