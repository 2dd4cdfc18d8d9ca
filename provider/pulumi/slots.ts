import { availableParallelism } from "node:os";
import type { Outlook } from "../lifecycle/lifecycle";

/** Pulumi's default is four resources at once for each core. */
const PER_CORE = 4;

/** Counts the new domains of a run that wait. */
export interface Slots {
  /** Once a run a warning: as soon as there are more than the engine works on at once. */
  warningFor(outlook: Pick<Outlook, "isNew" | "waits">): string | undefined;
}

/** How many resources the engine works on at once: `PULUMI_PARALLEL`, else its default. 0 in the variable: any number. */
export function slotsOf(env: NodeJS.ProcessEnv, cores = availableParallelism()): number {
  const told = Number(env.PULUMI_PARALLEL?.trim() || Number.NaN);
  if (!Number.isInteger(told) || told < 0) return cores * PER_CORE;
  return told === 0 ? Number.POSITIVE_INFINITY : told;
}

/** A domain that waits for SES holds its place at the engine, so that the others have to begin later. */
export function openSlots(slots: number): Slots {
  let waiting = 0;
  return {
    warningFor({ isNew, waits }) {
      if (isNew !== true || waits !== true) return undefined;
      waiting += 1;
      if (waiting !== slots + 1) return undefined;
      return `More than ${slots} domains are new. Pulumi works on ${slots} at once unless --parallel says otherwise, and each waits until SES has verified it: the others begin later. Use wait: false and one DomainVerification for all of them, or \`pulumi up --parallel N\` (docs/many-domains.md).`;
    },
  };
}
