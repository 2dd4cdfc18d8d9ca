import { orAbort } from "../abort";
import type { Ctx } from "../ctx";

/** Work that several callers wait for. It stops when the last of them has gone. */
export interface Flight<T> {
  join(signal: AbortSignal): Promise<T>;
  /** True once no caller waits any more and the work was told to stop. */
  readonly abandoned: boolean;
}

export function openFlight<T>(run: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const control = new AbortController();
  let work: Promise<T> | undefined;
  let waiters = 0;
  return {
    get abandoned() {
      return control.signal.aborted;
    },
    async join(signal) {
      signal.throwIfAborted();
      waiters += 1;
      work ??= run(control.signal);
      try {
        return await orAbort(work, signal);
      } finally {
        waiters -= 1;
        if (waiters === 0 && signal.aborted) control.abort(signal.reason);
      }
    },
  };
}

/** Reads once and remembers; calls made meanwhile wait for the same reading; a failure is forgotten. */
export function openMemo<T>(read: (ctx: Ctx) => Promise<T>): (ctx: Ctx) => Promise<T> {
  let flight: Flight<T> | undefined;
  return async (ctx) => {
    if (flight === undefined || flight.abandoned) flight = openFlight((signal) => read({ ...ctx, signal }));
    const mine = flight;
    try {
      return await mine.join(ctx.signal);
    } catch (error) {
      if (!ctx.signal.aborted && flight === mine) flight = undefined;
      throw error;
    }
  };
}

/** Calls with one key that overlap share one piece of work; it stops when the last who waits for it has gone. */
export type SingleFlight<T> = (
  key: string,
  run: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

export function openSingleFlight<T>(): SingleFlight<T> {
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
