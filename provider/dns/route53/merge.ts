import type { Change, ResourceRecord, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { TxtValue } from "../backend";
import type { Edit } from "../changes";
import { quoteText, unquoteText } from "../txt";

/** What an edit did to the record sets as they were read: the values that were not there, or that were. */
export type Outcome = readonly TxtValue[];

export interface Merged {
  /** Empty where there is nothing to do. */
  readonly changes: readonly Change[];
  /** One an edit. */
  readonly outcomes: readonly Outcome[];
}

interface Draft {
  readonly original: ResourceRecordSet | undefined;
  readonly ttl: number;
  records: ResourceRecord[];
  touched: boolean;
}

/** The text of one record of a TXT set. */
export function textOf(record: ResourceRecord): string {
  return unquoteText(record.Value ?? "", "octal");
}

/**
 * Turns edits of one name's TXT sets into a change batch that deletes exactly what was read and creates the merged set:
 * the batch fails where somebody wrote in between. Several sets of one name (weighted, multivalue, …) each get the value,
 * for any of them may be the one that answers. TTL, routing and the other values stay as they are. Pure.
 */
export function merge(name: string, sets: readonly ResourceRecordSet[], edits: readonly Edit[]): Merged {
  const drafts: Draft[] = sets.map((original) => ({
    original,
    ttl: original.TTL ?? 0,
    records: [...(original.ResourceRecords ?? [])],
    touched: false,
  }));
  const outcomes = edits.map((edit) =>
    edit.values.filter((value, at) => {
      const repeated = edit.values.findIndex((other) => other.value === value.value) < at;
      return !repeated && (edit.kind === "add" ? addTo(drafts, value) : removeFrom(drafts, value));
    }),
  );
  return { changes: drafts.flatMap((draft) => changesOf(name, draft)), outcomes };
}

function addTo(drafts: Draft[], { value, ttl }: TxtValue): boolean {
  if (drafts.length === 0) drafts.push({ original: undefined, ttl, records: [], touched: true });
  let added = false;
  for (const draft of drafts) {
    if (draft.records.some((record) => textOf(record) === value)) continue;
    draft.records.push({ Value: quoteText(value, "octal") });
    draft.touched = true;
    added = true;
  }
  return added;
}

function removeFrom(drafts: readonly Draft[], { value }: TxtValue): boolean {
  let removed = false;
  for (const draft of drafts) {
    const rest = draft.records.filter((record) => textOf(record) !== value);
    if (rest.length === draft.records.length) continue;
    draft.records = rest;
    draft.touched = true;
    removed = true;
  }
  return removed;
}

function changesOf(name: string, draft: Draft): Change[] {
  const { original, records } = draft;
  if (!draft.touched || same(original?.ResourceRecords ?? [], records)) return [];
  const fresh: ResourceRecordSet =
    original === undefined
      ? { Name: name, Type: "TXT", TTL: draft.ttl, ResourceRecords: records }
      : { ...original, ResourceRecords: records };
  return [
    ...(original === undefined ? [] : [{ Action: "DELETE" as const, ResourceRecordSet: original }]),
    ...(records.length === 0 ? [] : [{ Action: "CREATE" as const, ResourceRecordSet: fresh }]),
  ];
}

/** Taken away and put back within one batch, a value is where it was. */
function same(before: readonly ResourceRecord[], after: readonly ResourceRecord[]): boolean {
  const texts = after.map(textOf);
  return before.length === after.length && before.every((record) => texts.includes(textOf(record)));
}
