import type { Edit, EditOutcome } from "../changes";
import { comparable, parsePresentation, presentation, type RecordKey, type RecordType } from "../record";
import { isOwnName } from "../sharing";
import type { ApiRecordSet } from "./answer";

/** `deletions` and `additions` are empty where there is nothing to do. */
interface Merged {
  readonly deletions: readonly ApiRecordSet[];
  readonly additions: readonly ApiRecordSet[];
  /** One an edit. */
  readonly outcomes: readonly EditOutcome[];
}

/** Record data to be held against `comparable`: hosts and people write one value in several ways. */
export function comparableData(type: RecordType, data: string): string {
  const read = parsePresentation(type, data);
  return read === undefined ? data : comparable(read);
}

/**
 * Turns edits of one record set into a change that deletes exactly what was read and adds the merged set: Cloud DNS refuses
 * it where another writer came between. TTL and the other values stay as they are. What conflicts is judged before (`conflictIn`). Pure.
 */
export function merge({ name, type }: RecordKey, held: ApiRecordSet | undefined, edits: readonly Edit[]): Merged {
  const written = (held?.rrdatas ?? []).map((data) => [comparableData(type, data), data] as const);
  const before = new Map(written);
  const after = new Map(written);
  let ttl = held?.ttl;
  const outcomes = edits.map(({ kind, records }) =>
    records.filter((record) => {
      const value = comparable(record);
      if (after.has(value) === (kind === "add")) return false;
      if (kind === "remove") return after.delete(value);
      if (isOwnName(record)) after.clear();
      after.set(value, presentation(record));
      ttl ??= record.ttl;
      return true;
    }),
  );
  // Taken away and put back within one change, a value is where it was.
  const same = before.size === after.size && [...after.keys()].every((value) => before.has(value));
  if (same) return { deletions: [], additions: [], outcomes };
  const rrdatas = [...after.values()];
  return {
    deletions: held === undefined ? [] : [held],
    additions: rrdatas.length === 0 || ttl === undefined ? [] : [{ name: `${name}.`, type, ttl, rrdatas }],
    outcomes,
  };
}
