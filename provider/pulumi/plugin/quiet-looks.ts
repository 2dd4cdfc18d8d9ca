import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../core/clock";
import type { Outlook, Props } from "../../lifecycle/lifecycle";
import { FRESH_MS } from "../../lifecycle/observation/preview-cache";

/** What the engine hands in of a resource. Read is asked with the inputs of the last run, as if a program gave the same. */
export interface Handed {
  readonly outputs: Props;
  readonly oldInputs: Props;
  readonly inputs: Props;
}

/** A state, and what there is to do for it. */
export interface PlannedLook<State> {
  readonly state: State;
  readonly outlook: Outlook;
}

/**
 * Looks that found nothing to do. The engine asks for a Read and two Diffs of each resource in a run, mostly with the same
 * values: then the Diffs take what the Read has planned. A plan with a step, or with something unknown, is made again.
 */
export interface QuietLooks<State> {
  /** Called before a look begins; what it returns takes the result. */
  begin(id: string, handed: Handed, clock: Clock): (look: PlannedLook<State>) => void;
  find(id: string, handed: Handed, clock: Clock): PlannedLook<State> | undefined;
  /** What one resource changes may be seen by others: no look from before its end, or from its course, is used after it. */
  changing<T>(work: () => Promise<T>): Promise<T>;
}

export function openQuietLooks<State>(): QuietLooks<State> {
  // A look that is under way when this is replaced adds to a map that no call reads any more.
  let kept = new Map<string, PlannedLook<State> & { readonly handed: Handed; readonly atMs: number }>();
  const forget = () => {
    kept = new Map();
  };
  return {
    begin(id, handed, clock) {
      const [own, atMs] = [kept, clock.now()];
      return (look) => {
        if (isQuiet(look.outlook)) own.set(id, { ...look, handed, atMs });
      };
    },
    find(id, handed, clock) {
      const known = kept.get(id);
      if (known === undefined || clock.now() - known.atMs >= FRESH_MS) return undefined;
      return isDeepStrictEqual(known.handed, handed) ? known : undefined;
    },
    async changing(work) {
      forget();
      try {
        return await work();
      } finally {
        forget();
      }
    },
  };
}

function isQuiet({ plan, failures }: Outlook): boolean {
  return plan.steps.length + plan.unknown.length + plan.held.length + failures.length === 0;
}
