import type { Verdict } from "./authority";

/** One clean round may come from a single anycast site that was updated first; a second one is asked later. */
const CLEAN_ROUNDS = 2;

/** How many clean rounds came in a row. Begin with `NO_ROUNDS`. */
export interface Rounds {
  readonly clean: number;
  readonly ready: boolean;
}

export const NO_ROUNDS: Rounds = { clean: 0, ready: false };

/**
 * Counts one more round, over all names together: clean where every verdict is `published`, and where SES has yet to verify
 * the domain, no server that only the zone itself names lacks a value: SES's resolver may ask that one. Pure.
 */
export function countRound(
  rounds: Rounds,
  verdicts: readonly (Pick<Verdict, "state"> & Partial<Pick<Verdict, "lackingChildOnly">>)[],
  verified = false,
): Rounds {
  const isClean =
    verdicts.length > 0 &&
    verdicts.every(
      ({ state, lackingChildOnly = [] }) => state === "published" && (verified || lackingChildOnly.length === 0),
    );
  const clean = isClean ? rounds.clean + 1 : 0;
  return { clean, ready: clean >= CLEAN_ROUNDS };
}
