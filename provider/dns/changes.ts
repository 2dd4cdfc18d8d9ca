import type { Ctx } from "../core/ctx";
import { orAbort } from "../core/flight";
import type { Fqdn } from "../core/fqdn";
import type { TxtValue } from "./backend";

/** What one caller wants of one record set. */
export type Edit = { readonly kind: "add" | "remove"; readonly values: readonly TxtValue[] };

interface Waiting<R> {
  readonly edit: Edit;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
  gone: boolean;
}

interface Line<R> {
  waiting: Waiting<R>[];
  busy: boolean;
}

/** Writes the edits, in their order, as one; one result an edit. */
export type Apply<R> = (edits: readonly Edit[], ctx: Ctx) => Promise<readonly R[]>;

/**
 * Lets the writes of this process to one record set travel together: while one write is under way, what comes waits and
 * goes as the next. Where several fail together each is tried by itself, so that one bad edit fails alone. A caller who
 * goes away before the write began takes the edit along; the write stops when all its callers have gone.
 */
export function openCoalescer<R>(): (set: string, edit: Edit, apply: Apply<R>, ctx: Ctx) => Promise<R> {
  const lines = new Map<string, Line<R>>();

  async function write(batch: readonly Waiting<R>[], apply: Apply<R>, ctx: Ctx): Promise<void> {
    try {
      const results = await apply(
        batch.map(({ edit }) => edit),
        ctx,
      );
      batch.forEach(({ resolve, reject }, at) => {
        const result = results[at];
        if (result === undefined) reject(new RangeError("a write gave fewer results than it had edits"));
        else resolve(result);
      });
    } catch (error) {
      if (batch.length > 1 && !ctx.signal.aborted) for (const each of batch) await write([each], apply, ctx);
      else for (const { reject } of batch) reject(error);
    }
  }

  async function work(set: string, line: Line<R>, apply: Apply<R>, ctx: Ctx): Promise<void> {
    line.busy = true;
    // Lets every edit of this turn of the event loop get on.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const batch = line.waiting.filter(({ gone }) => !gone);
      line.waiting = [];
      if (batch.length === 0) break;
      const control = new AbortController();
      const watch = () => {
        if (batch.every(({ gone }) => gone)) control.abort();
      };
      leavers.set(line, watch);
      await write(batch, apply, { ...ctx, signal: control.signal });
    }
    leavers.delete(line);
    line.busy = false;
    lines.delete(set);
  }
  const leavers = new Map<Line<R>, () => void>();

  return async (set, edit, apply, ctx) => {
    ctx.signal.throwIfAborted();
    const line = lines.get(set) ?? { waiting: [], busy: false };
    lines.set(set, line);
    let own: Waiting<R> | undefined;
    const result = new Promise<R>((resolve, reject) => {
      own = { edit, resolve, reject, gone: false };
      line.waiting.push(own);
    });
    if (!line.busy) void work(set, line, apply, ctx);
    try {
      return await orAbort(result, ctx.signal);
    } finally {
      if (own !== undefined && ctx.signal.aborted) {
        own.gone = true;
        leavers.get(line)?.();
      }
    }
  };
}

/** The values by name: one record set each. */
export function byName(values: readonly TxtValue[]): ReadonlyMap<Fqdn, readonly TxtValue[]> {
  const sets = new Map<Fqdn, TxtValue[]>();
  for (const each of values) sets.set(each.name, [...(sets.get(each.name) ?? []), each]);
  return sets;
}
