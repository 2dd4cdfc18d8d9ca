import { listed } from "../../core/words";
import type { IdentityName } from "../../ses/port";
import type { Withdrawn } from "../records/records";
import { labelsOf } from "./join";
import type { Departure, Parting, Staying } from "./leave";

/** An identity that a resource has left. */
export interface Parted {
  readonly verification: Pick<Departure["verification"], "region" | "accountId">;
  readonly parting: Parting;
}

/** Places that a line names: one for each region. */
const PLACES_AT_MOST = 30;

/**
 * One line: what was removed at SES, what stays there, and why. `withValue`: the value of one that stays, stays with it;
 * undefined where the resource writes none. `values`: what became of the others.
 */
export function describePartings(
  identity: IdentityName,
  parted: readonly Parted[],
  { withValue, values = [] }: { readonly withValue?: boolean; readonly values?: readonly Withdrawn[] } = {},
): string {
  const groups = new Map<string, string[]>();
  for (const { verification, parting } of parted) {
    const clause = clauseOf(parting, withValue === true);
    const place = `${verification.region} (account ${verification.accountId})`;
    groups.set(clause, [...(groups.get(clause) ?? []), place]);
  }
  const atSes = [...groups].map(([clause, places]) => `${clause.replace("{place}", listed(places, PLACES_AT_MOST))}.`);
  return [`${identity}:`, ...atSes, ...values.map(valuesAt)].join(" ");
}

function valuesAt({ host, name, removed }: Withdrawn): string {
  if (removed === undefined) return `The zone of ${name} is gone at ${host}.`;
  if (removed === 0) return `Our value was not at ${name} (${host}) any more.`;
  return `${removed === 1 ? "Our value" : `Our ${removed} values`} removed at ${name} (${host}); other values stay.`;
}

function clauseOf(parting: Parting, withValue: boolean): string {
  if (parting.outcome === "stays") {
    return `stays at SES in {place}${withValue ? ", and so does its value" : ""}: ${reasonOf(parting)}`;
  }
  if (parting.outcome === "removed") return "removed at SES in {place}";
  return `SES in {place} had it no more${parting.goes ? "" : "; its value stays: another resource uses it"}`;
}

function reasonOf({ why, users }: Staying): string {
  switch (why) {
    case "declared":
      return "this program declares it";
    case "not-made":
      return 'no tag says that pulumi-sesdomain made it (adopt: "keep")';
    case "not-made-by-state":
      return 'pulumi-sesdomain did not make it, as far as the state tells (adopt: "keep")';
    case "mark-missing":
      return "the tag by which this resource uses it is not there, so it may be another identity of that name";
    case "used":
      return `it is used by ${labelsOf(users)} too`;
    case "users-unknown":
      return "its tags do not show yet what was written, so its users are not known";
  }
}
