import { createHash } from "node:crypto";
import { DnsHostError } from "../core/errors";
import { openWriteQueue } from "../core/queues";
import { type DnsRecord, keyText, type RecordKey, type WantedRecord } from "./record";

/** What one caller wants of one record set. How a record shares its name matters only where it is added. */
export type Edit = { readonly kind: "add" | "remove"; readonly records: readonly WantedRecord[] };

/** The records that one edit added (they were missing) or removed (they were there). */
export type EditOutcome = readonly DnsRecord[];

/**
 * Combines the writes of this process to one record set. The key has to tell apart callers that may not act for each other:
 * not only host, name and type (`keyText`), but also credentials (`fingerprint`). Where one edit alone may be at fault, each
 * is tried by itself.
 */
export function openCoalescer<R>() {
  return openWriteQueue<Edit, R>(isOneAtFault);
}

/** The codes of errors that a single edit of several may cause. */
const ONE_AT_FAULT: ReadonlySet<string> = new Set(["host-refused", "record-conflict"]);

/** Where the host is down or refuses the credentials, trying each edit by itself would give the same error. */
function isOneAtFault(error: unknown): boolean {
  return error instanceof DnsHostError && ONE_AT_FAULT.has(error.code);
}

/** Tells credentials apart without holding them. */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}

/** The records by the sets that they belong to. */
export function bySet<Each extends DnsRecord>(
  records: readonly Each[],
): readonly { readonly key: RecordKey; readonly records: readonly Each[] }[] {
  const sets = new Map<string, { readonly key: RecordKey; readonly records: Each[] }>();
  for (const each of records) {
    const { name, type } = each;
    const text = keyText(each);
    const set = sets.get(text) ?? { key: { name, type }, records: [] };
    set.records.push(each);
    sets.set(text, set);
  }
  return [...sets.values()];
}
