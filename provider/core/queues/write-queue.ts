import { orAbort } from "../abort";
import type { Ctx } from "../ctx";

/** Writes the edits, in their order, as one; one result an edit. */
export type Apply<E, R> = (edits: readonly E[], ctx: Ctx) => Promise<readonly R[]>;

interface Waiter<E, R> {
  readonly edit: E;
  readonly apply: Apply<E, R>;
  readonly ctx: Ctx;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
  gone: boolean;
}

interface Queue<E, R> {
  waiting: Waiter<E, R>[];
  busy: boolean;
  /** Called when a caller aborts. */
  onLeave: (() => void) | undefined;
}

/**
 * Combines the writes of this process to one target: while one write is under way, what comes waits and goes as the
 * next, by the `apply`, clock and log of the first in it. So `key` has to tell apart callers that may not act for each
 * other. Where an error may be one edit's alone (`isOneAtFault`), each is tried by itself, so that one bad edit fails
 * alone; any other failure is that of all, at once. A caller that aborts before the write began takes its edit along; the
 * write stops when all its callers have gone.
 */
export function openWriteQueue<E, R>(
  isOneAtFault: (error: unknown) => boolean,
): (key: string, edit: E, apply: Apply<E, R>, ctx: Ctx) => Promise<R> {
  const queues = new Map<string, Queue<E, R>>();

  async function work(key: string, queue: Queue<E, R>): Promise<void> {
    queue.busy = true;
    // Waits one turn of the event loop, so that edits made together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const batch = queue.waiting.filter(({ gone }) => !gone);
      queue.waiting = [];
      if (batch.length === 0) break;
      const control = new AbortController();
      queue.onLeave = () => {
        if (batch.every(({ gone }) => gone)) control.abort();
      };
      await write(batch, control.signal);
    }
    queue.busy = false;
    queues.delete(key);
  }

  async function write(batch: readonly Waiter<E, R>[], signal: AbortSignal): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    try {
      const edits = batch.map(({ edit }) => edit);
      const results = await first.apply(edits, { ...first.ctx, signal });
      batch.forEach(({ resolve, reject }, at) => {
        const result = results[at];
        if (result === undefined) reject(new RangeError("a write gave fewer results than it had edits"));
        else resolve(result);
      });
    } catch (error) {
      if (batch.length > 1 && isOneAtFault(error) && !signal.aborted) {
        for (const each of batch) if (!each.gone) await write([each], signal);
      } else for (const { reject } of batch) reject(error);
    }
  }

  return async (key, edit, apply, ctx) => {
    ctx.signal.throwIfAborted();
    const queue = queues.get(key) ?? { waiting: [], busy: false, onLeave: undefined };
    queues.set(key, queue);
    let own: Waiter<E, R> | undefined;
    const result = new Promise<R>((resolve, reject) => {
      own = { edit, apply, ctx, resolve, reject, gone: false };
      queue.waiting.push(own);
    });
    if (!queue.busy) void work(key, queue);
    try {
      return await orAbort(result, ctx.signal);
    } finally {
      if (own !== undefined && ctx.signal.aborted) {
        own.gone = true;
        queue.onLeave?.();
      }
    }
  };
}
