import type { Deployment } from "@pulumi/pulumi/automation";
import type { Blow } from "./moment";
import type { Scenario } from "./scenarios";
import { domainsIn, usersOf } from "./verdict";
import type { KillWorld } from "./world";

/** What a blow has left that nobody can know later, and what it should not have left. */
export interface Aftermath {
  /** Regions whose identity was asked for, the answer lost before a tag said whose it is. */
  readonly unsigned: readonly string[];
  /** Marks of a create that had ended, its state lost, and the regions of the identities that carry them. */
  readonly lost: readonly { readonly mark: string; readonly region: string }[];
  readonly faults: readonly string[];
}

export function aftermathOf({ after, standing }: Scenario, blow: Blow, world: KillWorld, state: Deployment): Aftermath {
  if (after === undefined) return { unsigned: [], lost: [], faults: [] };
  const named = domainsIn(state).flatMap(({ outputs }) => outputs?.verifications?.map(({ region }) => region) ?? []);
  const marks = domainsIn(state).map(({ outputs }) => outputs?.__mark);
  const identities = world.identities();
  const isSigned = ({ tags }: (typeof identities)[number]) =>
    [...tags.keys()].some((key) => key.startsWith("sesdomain:"));
  const unsigned = identities
    .filter((one) => !isSigned(one) && one.region !== standing?.region && !named.includes(one.region))
    .map(({ region }) => region);
  const lost = identities.flatMap((one) =>
    usersOf(one).flatMap(({ mark, state: said }) =>
      said === "settled" && !marks.includes(mark) ? [{ mark, region: one.region }] : [],
    ),
  );
  // Neither the provider nor the engine was kept from saying what they had done.
  const told = blow.signal !== "SIGKILL" && blow.times === 1;
  const unkept = identities.filter((one) => isSigned(one) && !named.includes(one.region)).map(({ region }) => region);
  const faults = [
    ...(told && unkept.length > 0 ? [`made, and not kept in the state: ${unkept.join(", ")}`] : []),
    ...(told && lost.length > 0 ? [`settled, and not kept in the state: ${JSON.stringify(lost)}`] : []),
    ...(told && blow.target === "leader" && unsigned.length > 0
      ? [`made, and not signed: ${unsigned.join(", ")}`]
      : []),
  ];
  return { unsigned, lost, faults };
}
