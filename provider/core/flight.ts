import { onAbort } from "./abort";
import type { Ctx } from "./ctx";

/** Rejects with the signal's reason as soon as it aborts; what the promise does later is nobody's business then. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const release = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(release);
  });
}

/** Work that several callers wait for. It stops when the last of them has gone. */
export interface Flight<T> {
  join(signal: AbortSignal): Promise<T>;
  /** True once nobody waits any more and the work was told to stop. */
  readonly abandoned: boolean;
}

export function openFlight<T>(run: (signal: AbortSignal) => Promise<T>): Flight<T> {
  const control = new AbortController();
  let work: Promise<T> | undefined;
  let riders = 0;
  return {
    get abandoned() {
      return control.signal.aborted;
    },
    async join(signal) {
      signal.throwIfAborted();
      riders += 1;
      work ??= run(control.signal);
      try {
        return await orAbort(work, signal);
      } finally {
        riders -= 1;
        if (riders === 0 && signal.aborted) control.abort(signal.reason);
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
