import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";

/**
 * What one look may do at most, whatever it is told on the way: zones that it enters, names of servers whose addresses a
 * resolver is asked for, and questions to servers. Eight CNAMEs through zones of a dozen servers take less. Hostile
 * servers could refer it ever further down, and each time to dozens of names and addresses of their victims.
 */
const AT_MOST = { zones: 48, names: 128, questions: 512 };

export interface Budget {
  /** False where nothing is left. */
  take(what: keyof typeof AT_MOST): boolean;
}

export function openBudget(): Budget {
  const left = { ...AT_MOST };
  return {
    take(what) {
      if (left[what] === 0) return false;
      left[what] -= 1;
      return true;
    },
  };
}

export function lookTooLong(name: Fqdn): AuthorityError {
  return new AuthorityError(
    "look-too-long",
    `The way to ${name} leads through more zones, or to more names of name servers, than one look follows (${AT_MOST.zones} and ${AT_MOST.names}).`,
  );
}
