import { orAbort } from "../abort";
import type { Ctx } from "../ctx";

/** Takes the keys that wait at the moment it is called: at most the batch's limit. */
export type Take<K> = () => readonly K[];

interface Waiter<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Questions asked together go in one request, and so do those that come while one waits for its turn: `load` calls `take`
 * when it may send. Of a key it says nothing about, the answer is `undefined`. A caller that aborts leaves the others alone.
 */
export function openBatcher<K, V>(
  limit: number,
  load: (take: Take<K>, ctx: Ctx) => Promise<ReadonlyMap<K, V>>,
): (key: K, ctx: Ctx) => Promise<V | undefined> {
  const waiting = new Map<K, Waiter<V>[]>();
  let callers = 0;
  let request: AbortController | undefined;

  async function send(ctx: Ctx, control: AbortController): Promise<void> {
    // Waits one turn of the event loop, so that calls made together are batched.
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
    if (request === control) request = undefined;
  }

  return async (key, ctx) => {
    ctx.signal.throwIfAborted();
    const answer = new Promise<V | undefined>((resolve, reject) => {
      waiting.set(key, [...(waiting.get(key) ?? []), { resolve, reject }]);
    });
    callers += 1;
    if (request === undefined) {
      request = new AbortController();
      void send(ctx, request);
    }
    try {
      return await orAbort(answer, ctx.signal);
    } finally {
      callers -= 1;
      if (callers === 0 && ctx.signal.aborted) {
        waiting.clear();
        request?.abort(ctx.signal.reason);
        request = undefined;
      }
    }
  };
}
