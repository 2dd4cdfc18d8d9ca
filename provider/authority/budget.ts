import { onAbort } from "../core/abort";
import { baseOf, type Clock } from "../core/clock";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { type Allowance, type Allowances, openAllowances, type QueryTarget } from "./allowance";
import { openRate, type Rate } from "./rate";
import { realNowMs } from "./timeouts";

/**
 * Zones that one look enters at most, however many it is referred to: eight CNAMEs through zones of a dozen servers take
 * less. Hostile servers could refer it ever further down.
 */
const ZONES_AT_MOST = 48;
/** What one look, or one examination, gets back at most: as many as a healthy zone has addresses. */
const RETURNED_AT_MOST = 32;
/** All domains together: below what a cloud's resolver takes from one machine (1,024 a second at AWS), far above what a preview asks. */
const RATES = {
  resolver: { perSecond: 200, burst: 500 },
  server: { perSecond: 500, burst: 1_000 },
};
/** The longest wait for a turn: as long as a look takes. */
const TURN_MS = 15_000;

/** The counters that all questions of one process share. */
export interface ProcessLimits {
  readonly clock: Clock;
  readonly allowances: Allowances;
  readonly rates: Readonly<Record<QueryTarget, Rate>>;
}

/** What one look (or examination) may ask: from its domain's allowance, at the rate that all share. */
export interface Budget {
  readonly domain: Fqdn;
  /** False where the look has entered too many zones. */
  enterZone(): boolean;
  /** Before each packet to `place`. False: it may not be sent, since the allowance is used up. */
  take(asked: QueryTarget, place: string): boolean;
  isUsedUp(asked: QueryTarget): boolean;
  /** Waits until `place` may be asked again; false where that is too late. Undefined: at once. */
  turn(asked: QueryTarget, place: string, until: TurnDeadline): Promise<boolean> | undefined;
  /** An authority has answered. */
  answered(): void;
}

interface TurnDeadline {
  /** By `realNowMs`. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

const opened = new WeakMap<Clock, ProcessLimits>();

/** One for each clock in this process, whatever the options. */
export function processLimitsOf(shown: Clock): ProcessLimits {
  const clock = baseOf(shown);
  const known = opened.get(clock);
  if (known) return known;
  const rates = { resolver: openRate(RATES.resolver, clock), server: openRate(RATES.server, clock) };
  const limits = { clock, allowances: openAllowances(clock), rates };
  opened.set(clock, limits);
  return limits;
}

export function openBudget(domain: Fqdn, { clock, allowances, rates }: ProcessLimits): Budget {
  const allowance: Allowance = allowances.of(domain);
  let zones = 0;
  let returned = 0;
  return {
    domain,
    isUsedUp: allowance.isUsedUp,
    enterZone() {
      zones += 1;
      return zones <= ZONES_AT_MOST;
    },
    take(asked, place) {
      if (rates[asked].waitMs(place) > TURN_MS || !allowance.take(asked)) return false;
      rates[asked].count(place);
      return true;
    },
    turn(asked, place, until) {
      // `take` has counted this packet: only earlier ones delay it.
      const waitMs = rates[asked].waitMs(place) - 1_000 / RATES[asked].perSecond;
      return waitMs <= 0 ? undefined : sleepUntil(waitMs, clock, until);
    },
    answered() {
      if (returned === RETURNED_AT_MOST) return;
      returned += 1;
      allowance.giveBack();
    },
  };
}

/** Sleeps by the clock, but not beyond the real time that is left, since a test may stop the clock. */
async function sleepUntil(ms: number, clock: Clock, { untilMs, signal }: TurnDeadline): Promise<boolean> {
  signal.throwIfAborted();
  const control = new AbortController();
  const stop = () => control.abort();
  const release = onAbort(signal, stop);
  const timer = setTimeout(stop, Math.max(1, untilMs - realNowMs()));
  try {
    await clock.sleep(ms, control.signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (control.signal.aborted) return false;
    throw error;
  } finally {
    clearTimeout(timer);
    release();
  }
}

export function lookTooLong(name: Fqdn): AuthorityError {
  return new AuthorityError(
    "look-too-long",
    `The way to ${name} leads through more zones than one look follows (${ZONES_AT_MOST}).`,
  );
}
