import type { Rounds } from "../../../authority/rounds";
import { STATUS_TICK_MS } from "../../../ses/port";

/** A value seen twice at every server is looked at only this often while SES takes its time: it may be erased. */
const SETTLED_MS = 30_000;
/** Where SES has said Success, only the second look at DNS is missing. */
const CONFIRM_MS = 1_000;

const CLOSE_MS = 1_000;
const CLOSE_UNTIL_MS = 10_000;
const LONGEST_MS = 20_000;
/** Of the time gone: what has taken long is not noticed much later for it. */
const SHARE = 0.035;

/** How long after one look the next one comes: close while things move, calm later. */
export function paceMs(elapsedMs: number): number {
  if (elapsedMs < CLOSE_UNTIL_MS) return CLOSE_MS;
  return Math.min(Math.max(STATUS_TICK_MS, elapsedMs * SHARE), LONGEST_MS);
}

/**
 * When SES is asked next, after it was asked at `askedMs`: at a whole multiple of the tick by the clock. So all that wait for
 * a region ask in the same moment, and their questions travel in one request. `late`: the last answer is still to come.
 */
export function nextStatusMs(askedMs: number, elapsedMs: number, nowMs: number, late = false): number {
  const atMs = tickBefore(askedMs + Math.max(STATUS_TICK_MS, late ? 0 : paceMs(elapsedMs)));
  return atMs > nowMs ? atMs : tickBefore(nowMs + STATUS_TICK_MS);
}

function tickBefore(ms: number): number {
  return Math.floor(ms / STATUS_TICK_MS) * STATUS_TICK_MS;
}

/** When DNS is read next, after a round that ended at `readMs`. */
export function nextReadingMs(readMs: number, elapsedMs: number, { clean, ready }: Rounds, verified: boolean): number {
  if (ready) return readMs + SETTLED_MS;
  return readMs + (clean > 0 && verified ? CONFIRM_MS : paceMs(elapsedMs));
}
