import { type Flight, openFlight } from "../core/flight";
import { isLimit } from "./allowance";
import type { Terms } from "./exchange";

/** Calls with one key that overlap share one piece of work; it stops when the last who waits for it has gone. */
export type Share<T> = (key: string, run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Runs shared work; where it fails because the allowance of whoever began it is used up, and one's own is not, it is run
 * again at one's own expense.
 */
export async function byShare<T>(
  share: Share<T>,
  key: string,
  run: (signal: AbortSignal) => Promise<T>,
  { signal, budget }: Terms,
): Promise<T> {
  try {
    return await share(key, run, signal);
  } catch (error) {
    if (!isLimit(error) || budget?.isUsedUp("server") !== false) throw error;
    return run(signal);
  }
}

export function openShare<T>(): Share<T> {
  const flights = new Map<string, Flight<T>>();
  return async (key, run, signal) => {
    const known = flights.get(key);
    const flight = known === undefined || known.abandoned ? openFlight(run) : known;
    flights.set(key, flight);
    try {
      return await flight.join(signal);
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  };
}
