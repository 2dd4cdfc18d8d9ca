/** Terms that cause look-ups, in all records of one evaluation (RFC 7208 section 4.6.4). */
export const LOOKUP_LIMIT = 10;
/** Look-ups without an answer (the same section). */
export const VOID_LIMIT = 2;

/** MX records of one name (the same section). */
export const MX_LIMIT = 10;

/** A count ends here: that it is too high is then beyond doubt, and a hostile record has no end. */
const COUNTED_AT_MOST = 5 * LOOKUP_LIMIT;

export interface Tally {
  readonly count: number;
  /** False: at least so many, since some part was not seen. */
  readonly complete: boolean;
  /** False: nothing more is counted. */
  readonly open: boolean;
  add(): void;
  leaveOpen(): void;
}

export function openTally(): Tally {
  let count = 0;
  let complete = true;
  return {
    get count() {
      return count;
    },
    get complete() {
      return complete;
    },
    get open() {
      return count < COUNTED_AT_MOST;
    },
    add() {
      if (count < COUNTED_AT_MOST) count += 1;
      else complete = false;
    },
    leaveOpen() {
      complete = false;
    },
  };
}
