import type { Rounds } from "../../../authority/rounds";
import { STATUS_TICK_MS } from "../../../ses/port";

/** A value seen twice at every server is looked at only this often while SES takes its time: it may be erased. */
const SETTLED_MS = 30_000;
/** Where SES has said Success, only the second look at DNS is missing. */
const CONFIRM_MS = 1_000;

const CLOSE_MS = 1_000;
const CLOSE_UNTIL_MS = 10_000;
const NEAR_MS = 2_500;
const NEAR_UNTIL_MS = 20_000;
const USUAL_MS = 4_000;
const LONGEST_MS = 20_000;
/** One request to SES tells of up to a hundred domains: it is asked more often than all name servers of each. */
const LONGEST_UNASKED_MS = 7_500;
/** Of the time gone: what has taken long is not noticed much later for it. */
const SHARE = 0.042;

/** How long after one look the next one comes: close while things move, calm later. */
export function paceMs(elapsedMs: number): number {
  if (elapsedMs < CLOSE_UNTIL_MS) return CLOSE_MS;
  if (elapsedMs < NEAR_UNTIL_MS) return NEAR_MS;
  return Math.min(Math.max(USUAL_MS, elapsedMs * SHARE), LONGEST_MS);
}

/**
 * When SES is asked next, after it was asked at `askedMs`: at a whole multiple of the tick by the clock. So all that wait for
 * a region ask in the same moment, and their questions travel in one request. `late`: the last answer is still to come.
 */
export function nextStatusMs(askedMs: number, elapsedMs: number, nowMs: number, late = false): number {
  const atMs = tickBefore(
    askedMs + Math.max(STATUS_TICK_MS, late ? 0 : Math.min(paceMs(elapsedMs), LONGEST_UNASKED_MS)),
  );
  return atMs > nowMs ? atMs : tickBefore(nowMs + STATUS_TICK_MS);
}

function tickBefore(ms: number): number {
  return Math.floor(ms / STATUS_TICK_MS) * STATUS_TICK_MS;
}

/** When DNS is read next, after a round that ended at `readMs`. */
function nextReadingMs(readMs: number, elapsedMs: number, { clean, ready }: Rounds, verified: boolean): number {
  if (ready) return readMs + SETTLED_MS;
  return readMs + (clean > 0 && verified ? CONFIRM_MS : paceMs(elapsedMs));
}

/** What a round asks again. The rest is taken from the round before. */
export interface Due {
  readonly dns: boolean;
  readonly ses: boolean;
}

/** What a round has come to. Times by the clock. */
interface Done {
  readonly due: Due;
  readonly beganMs: number;
  readonly nowMs: number;
  /** When DNS was read last. */
  readonly readMs: number;
  readonly rounds: Rounds;
  /** SES says Success for every identity. */
  readonly verified: boolean;
  /** SES has not answered yet. */
  readonly late: boolean;
  /** What is awaited in DNS has changed in this round. */
  readonly renewed: boolean;
}

/** When a wait looks at DNS and at SES. `hasDns`, `hasSes`: whether there is something to look at. */
export interface Schedule {
  due(nowMs: number): Due;
  /** When to look again. */
  after(done: Done): number;
}

export function openSchedule(
  startedMs: number,
  timeoutMs: number,
  { hasDns, hasSes }: { readonly hasDns: boolean; readonly hasSes: boolean },
): Schedule {
  const endMs = startedMs + timeoutMs;
  let readAtMs = startedMs;
  let askAtMs = startedMs;
  return {
    // The last look is at both.
    due: (nowMs) => ({ dns: nowMs >= Math.min(readAtMs, endMs), ses: nowMs >= Math.min(askAtMs, endMs) }),
    after({ due, beganMs, nowMs, readMs, rounds, verified, late, renewed }) {
      const elapsedMs = nowMs - startedMs;
      if (renewed) readAtMs = nowMs + paceMs(elapsedMs);
      else if (due.dns) readAtMs = nextReadingMs(readMs, elapsedMs, rounds, false);
      if (verified) readAtMs = Math.min(readAtMs, nextReadingMs(readMs, elapsedMs, rounds, true));
      if (due.ses) askAtMs = nextStatusMs(beganMs, elapsedMs, nowMs, late);
      return Math.min(hasDns ? readAtMs : endMs, hasSes ? askAtMs : endMs, endMs);
    },
  };
}
