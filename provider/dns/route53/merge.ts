import type { Change, ResourceRecord, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Edit, EditOutcome } from "../changes";
import { comparable, type RecordKey, type RecordType, type WantedRecord } from "../record";
import { isOwnName } from "../sharing";
import { comparableValue, writeValue } from "./values";

export interface Merged {
  /** Empty where there is nothing to do. */
  readonly changes: readonly Change[];
  /** One an edit. */
  readonly outcomes: readonly EditOutcome[];
}

interface SetDraft {
  readonly original: ResourceRecordSet | undefined;
  readonly ttl: number;
  records: ResourceRecord[];
  touched: boolean;
}

/**
 * Turns edits of one name's sets of one type into a change batch that deletes exactly what was read and creates the merged set:
 * the batch fails where another writer came between. Several sets of one name (weighted, multivalue, …) each get the value,
 * for any of them may be the one that answers. TTL, routing and the other values stay as they are. What conflicts is judged
 * before (`conflictIn`). Pure.
 */
export function merge({ name, type }: RecordKey, sets: readonly ResourceRecordSet[], edits: readonly Edit[]): Merged {
  const drafts: SetDraft[] = sets.map((original) => ({
    original,
    ttl: original.TTL ?? 0,
    records: [...(original.ResourceRecords ?? [])],
    touched: false,
  }));
  const outcomes = edits.map((edit) => {
    const seen = new Set<string>();
    return edit.records.filter((record) => {
      const value = comparable(record);
      if (seen.has(value)) return false;
      seen.add(value);
      if (edit.kind === "remove") return removeFrom(drafts, type, value);
      return addTo(drafts, record, value);
    });
  });
  return { changes: drafts.flatMap((draft) => changesOf(`${name}.`, type, draft)), outcomes };
}

function addTo(drafts: SetDraft[], record: WantedRecord, value: string): boolean {
  const { type, ttl } = record;
  if (drafts.length === 0) drafts.push({ original: undefined, ttl, records: [], touched: true });
  let added = false;
  for (const draft of drafts) {
    if (draft.records.some((each) => comparableValue(type, each) === value)) continue;
    if (isOwnName(record)) draft.records = [];
    draft.records.push({ Value: writeValue(record) });
    draft.touched = true;
    added = true;
  }
  return added;
}

function removeFrom(drafts: readonly SetDraft[], type: RecordType, value: string): boolean {
  let removed = false;
  for (const draft of drafts) {
    // We make no CNAME or MX set with a routing policy: such a set is another's, whatever it says.
    if (type !== "TXT" && draft.original?.SetIdentifier !== undefined) continue;
    const rest = draft.records.filter((record) => comparableValue(type, record) !== value);
    if (rest.length === draft.records.length) continue;
    draft.records = rest;
    draft.touched = true;
    removed = true;
  }
  return removed;
}

function changesOf(name: string, type: RecordType, draft: SetDraft): Change[] {
  const { original, records } = draft;
  if (!draft.touched || same(type, original?.ResourceRecords ?? [], records)) return [];
  const fresh: ResourceRecordSet =
    original === undefined
      ? { Name: name, Type: type, TTL: draft.ttl, ResourceRecords: records }
      : { ...original, ResourceRecords: records };
  return [
    ...(original === undefined ? [] : [{ Action: "DELETE" as const, ResourceRecordSet: original }]),
    ...(records.length === 0 ? [] : [{ Action: "CREATE" as const, ResourceRecordSet: fresh }]),
  ];
}

/** Taken away and put back within one batch, a value is where it was. */
function same(type: RecordType, before: readonly ResourceRecord[], after: readonly ResourceRecord[]): boolean {
  const values = after.map((record) => comparableValue(type, record));
  return before.length === after.length && before.every((record) => values.includes(comparableValue(type, record)));
}
