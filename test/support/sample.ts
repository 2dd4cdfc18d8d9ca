const WHOLE = process.env.SESDOMAIN_WHOLE === "1";

/**
 * A test that goes through every request of an operation takes each of them at night (`SESDOMAIN_WHOLE=1`), and every fourth
 * otherwise.
 */
export const STRIDE = WHOLE ? 1 : 4;

/** How many of so many random cases a test takes: all of them at night, the first fifth otherwise. */
export const sampled = (cases: number): number => (WHOLE ? cases : Math.ceil(cases / 5));
