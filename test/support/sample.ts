/**
 * A test that goes through every request of an operation takes each of them at night (`SESDOMAIN_WHOLE=1`), and every fourth
 * otherwise.
 */
export const STRIDE = process.env.SESDOMAIN_WHOLE === "1" ? 1 : 4;
