import type { Ctx } from "../core/ctx";
import { orAbort } from "../core/flight";

/** Takes the names that wait at the moment it is called: at most the batch's limit. */
export type Take<K> = () => readonly K[];

interface Waiter<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Questions asked together travel together, and so do those that come while one waits for its turn: `load` calls `take`
 * when it may send. Of a key it says nothing about, the answer is `undefined`. A caller who goes away leaves the others be.
 */
export function openBatch<K, V>(
  limit: number,
  load: (take: Take<K>, ctx: Ctx) => Promise<ReadonlyMap<K, V>>,
): (key: K, ctx: Ctx) => Promise<V | undefined> {
  const waiting = new Map<K, Waiter<V>[]>();
  let riders = 0;
  let carrier: AbortController | undefined;

  async function carry(ctx: Ctx, control: AbortController): Promise<void> {
    // Lets every question of this turn of the event loop get on.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.size > 0 && !control.signal.aborted) {
      const taken = new Map<K, Waiter<V>[]>();
      const take = () => {
        for (const [key, waiters] of waiting) {
          if (taken.size >= limit) break;
          taken.set(key, [...(taken.get(key) ?? []), ...waiters]);
          waiting.delete(key);
        }
        return [...taken.keys()];
      };
      try {
        const answers = await load(take, { ...ctx, signal: control.signal });
        for (const [key, waiters] of taken) for (const { resolve } of waiters) resolve(answers.get(key));
      } catch (error) {
        // What failed before it was sent failed for all who wait.
        if (taken.size === 0) take();
        for (const { reject } of [...taken.values()].flat()) reject(error);
      }
    }
    if (carrier === control) carrier = undefined;
  }

  return async (key, ctx) => {
    ctx.signal.throwIfAborted();
    const answer = new Promise<V | undefined>((resolve, reject) => {
      waiting.set(key, [...(waiting.get(key) ?? []), { resolve, reject }]);
    });
    riders += 1;
    if (carrier === undefined) {
      carrier = new AbortController();
      void carry(ctx, carrier);
    }
    try {
      return await orAbort(answer, ctx.signal);
    } finally {
      riders -= 1;
      if (riders === 0 && ctx.signal.aborted) {
        waiting.clear();
        carrier?.abort(ctx.signal.reason);
        carrier = undefined;
      }
    }
  };
}
