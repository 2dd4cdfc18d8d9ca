import { type Flight, openFlight } from "../core/flight";

/** Calls with one key that overlap share one piece of work; it stops when the last who waits for it has gone. */
export type Share<T> = (key: string, run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>;

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
