import { createHash } from "node:crypto";
import { orAbort } from "../core/abort";
import type { Ctx } from "../core/ctx";
import { DnsHostError } from "../core/errors";
import { type DnsRecord, keyText, type RecordKey } from "./record";

/** What one caller wants of one record set. */
export type Edit = { readonly kind: "add" | "remove"; readonly records: readonly DnsRecord[] };

/** Writes the edits, in their order, as one; one result an edit. */
export type Apply<R> = (edits: readonly Edit[], ctx: Ctx) => Promise<readonly R[]>;

interface Waiting<R> {
  readonly edit: Edit;
  readonly apply: Apply<R>;
  readonly ctx: Ctx;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
  gone: boolean;
}

interface Line<R> {
  waiting: Waiting<R>[];
  busy: boolean;
  /** Told when a caller goes away. */
  onLeave: (() => void) | undefined;
}

/**
 * Lets the writes of this process to one record set travel together: while one write is under way, what comes waits and
 * goes as the next, by the `apply`, clock and log of the first in it. So `set` has to tell apart callers that may not act
 * for each other: not only host, name and type (`keyText`), but also credentials (`fingerprint`). Where the host refuses several together,
 * each is tried by itself, so that one bad edit fails alone; any other failure is everybody's, at once. A caller who goes
 * away before the write began takes the edit along; the write stops when all its callers have gone.
 */
export function openCoalescer<R>(): (set: string, edit: Edit, apply: Apply<R>, ctx: Ctx) => Promise<R> {
  const lines = new Map<string, Line<R>>();

  async function work(set: string, line: Line<R>): Promise<void> {
    line.busy = true;
    // Lets every edit of this turn of the event loop get on.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const batch = line.waiting.filter(({ gone }) => !gone);
      line.waiting = [];
      if (batch.length === 0) break;
      const control = new AbortController();
      line.onLeave = () => {
        if (batch.every(({ gone }) => gone)) control.abort();
      };
      await write(batch, control.signal);
    }
    line.busy = false;
    lines.delete(set);
  }

  return async (set, edit, apply, ctx) => {
    ctx.signal.throwIfAborted();
    const line = lines.get(set) ?? { waiting: [], busy: false, onLeave: undefined };
    lines.set(set, line);
    let own: Waiting<R> | undefined;
    const result = new Promise<R>((resolve, reject) => {
      own = { edit, apply, ctx, resolve, reject, gone: false };
      line.waiting.push(own);
    });
    if (!line.busy) void work(set, line);
    try {
      return await orAbort(result, ctx.signal);
    } finally {
      if (own !== undefined && ctx.signal.aborted) {
        own.gone = true;
        line.onLeave?.();
      }
    }
  };
}

/** What a single edit of several may be to blame for. */
const ONE_AT_FAULT: ReadonlySet<string> = new Set(["host-refused", "record-conflict"]);

async function write<R>(batch: readonly Waiting<R>[], signal: AbortSignal): Promise<void> {
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
    // Of a dead host, or of credentials that are refused, trying each would only ask the same again.
    const oneAtFault = error instanceof DnsHostError && ONE_AT_FAULT.has(error.code);
    if (batch.length > 1 && oneAtFault && !signal.aborted) {
      for (const each of batch) if (!each.gone) await write([each], signal);
    } else for (const { reject } of batch) reject(error);
  }
}

/** Tells credentials apart without holding them. */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}

/** The records by the sets that they belong to. */
export function bySet(
  records: readonly DnsRecord[],
): readonly { readonly key: RecordKey; readonly records: readonly DnsRecord[] }[] {
  const sets = new Map<string, { readonly key: RecordKey; readonly records: DnsRecord[] }>();
  for (const each of records) {
    const { name, type } = each;
    const text = keyText(each);
    const set = sets.get(text) ?? { key: { name, type }, records: [] };
    set.records.push(each);
    sets.set(text, set);
  }
  return [...sets.values()];
}
