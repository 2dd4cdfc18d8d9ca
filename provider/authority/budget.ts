import { onAbort } from "../core/abort";
import { baseOf, type Clock } from "../core/clock";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { type Allowance, type Allowances, type Asked, openAllowances } from "./allowance";
import { openRate, type Rate } from "./rate";
import { realNowMs } from "./timeouts";

/**
 * Zones that one look enters at most, whatever it is told on the way: eight CNAMEs through zones of a dozen servers take
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
/** Nothing waits longer than this for its turn: its look would be over. */
const TURN_MS = 15_000;

/** What all questions of one process are counted by. */
export interface Limits {
  readonly clock: Clock;
  readonly allowances: Allowances;
  readonly rates: Readonly<Record<Asked, Rate>>;
}

/** What one look (or examination) may do: of its domain's allowance, at the pace of all. */
export interface Budget {
  readonly domain: Fqdn;
  /** False where the look has entered too many zones. */
  enterZone(): boolean;
  /** Before each packet to `place`. False: it may not be sent, since the allowance is used up. */
  take(asked: Asked, place: string): boolean;
  isUsedUp(asked: Asked): boolean;
  /** Waits until `place` may be asked again; false where that is too late. Undefined: at once. */
  turn(asked: Asked, place: string, until: Until): Promise<boolean> | undefined;
  /** An authority has answered. */
  answered(): void;
}

interface Until {
  /** By `realNowMs`. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

const opened = new WeakMap<Clock, Limits>();

/** One for all who read in this process by one clock, whatever their options. */
export function limitsOf(shown: Clock): Limits {
  const clock = baseOf(shown);
  const known = opened.get(clock);
  if (known) return known;
  const rates = { resolver: openRate(RATES.resolver, clock), server: openRate(RATES.server, clock) };
  const limits = { clock, allowances: openAllowances(clock), rates };
  opened.set(clock, limits);
  return limits;
}

export function openBudget(domain: Fqdn, { clock, allowances, rates }: Limits): Budget {
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
      // It is counted already: only what came before it makes it wait.
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

/** Sleeps by the clock, but not beyond the real time that is left: a clock may stand still. */
async function sleepUntil(ms: number, clock: Clock, { untilMs, signal }: Until): Promise<boolean> {
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
