import type { Edit } from "../changes";
import { type PresentRecord, presentRecord } from "../present";
import {
  comparable,
  type DnsRecord,
  isRecordType,
  parsePresentation,
  presentation,
  type RecordData,
  type RecordKey,
  type RecordType,
} from "../record";
import { isOwnName } from "../sharing";

/** One record as the API writes it; a disabled one is kept and not served. */
export interface ApiRecord {
  readonly content: string;
  readonly disabled: boolean;
}

/** A record set with its disabled records; no records where there is none. `ttl` in seconds. */
export interface StoredSet {
  readonly ttl: number | undefined;
  readonly records: readonly ApiRecord[];
}

/** One member of `rrsets` in a PATCH. Source: PowerDNS Authoritative Server manual, HTTP API, Zones. */
interface RrsetChange {
  readonly name: string;
  readonly type: RecordType;
  readonly changetype: "REPLACE" | "DELETE" | "EXTEND" | "PRUNE";
  readonly ttl?: number;
  readonly records?: readonly ApiRecord[];
}

export interface SetPlan {
  /** Empty where there is nothing to do. */
  readonly changes: readonly RrsetChange[];
  /** One an edit: the records that were not there, or that were. */
  readonly outcomes: readonly (readonly DnsRecord[])[];
}

/** To be held against `comparable`. */
function comparableIn(type: RecordType, { content }: ApiRecord): string {
  const data = parsePresentation(type, content);
  return data === undefined ? content : comparable(data);
}

/** What is served of the set, record by record: a disabled one is in nothing's way. */
export function presentIn(type: string, { ttl, records }: StoredSet): readonly PresentRecord[] {
  const served = records.filter(({ disabled }) => !disabled);
  return served.map(({ content }) =>
    presentRecord(type, isRecordType(type) ? parsePresentation(type, content) : undefined, { told: content, ttl }),
  );
}

/** What is served, each record once. */
export function servedData(type: RecordType, set: StoredSet): ReadonlyMap<string, RecordData> {
  const served = set.records.filter(({ disabled }) => !disabled);
  const read = served.flatMap(({ content }) => parsePresentation(type, content) ?? []);
  return new Map(read.map((data) => [comparable(data), data]));
}

/**
 * The changes that make the edits true, in their order. `single`: the server can add and delete single records (`EXTEND`,
 * `PRUNE`); but it does so by rewriting the set without its disabled records, so a set that has some is replaced whole,
 * as where the server cannot. Comments are not sent, and so stay. What conflicts is judged before (`conflictIn`). Pure.
 */
export function planEdits({ name, type }: RecordKey, set: StoredSet, edits: readonly Edit[], single: boolean): SetPlan {
  let records = [...set.records];
  let { ttl } = set;
  const outcomes = edits.map(({ kind, records: wanted }) =>
    wanted.filter((record) => {
      const value = comparable(record);
      const served = records.some((each) => !each.disabled && comparableIn(type, each) === value);
      if (served === (kind === "add")) return false;
      const others = records.filter((each) => comparableIn(type, each) !== value);
      if (kind === "remove") {
        records = others;
        return true;
      }
      const stored = set.records.find((each) => comparableIn(type, each) === value);
      const content = stored?.content ?? presentation(record);
      records = [...(isOwnName(record) ? [] : others), { content, disabled: false }];
      ttl ??= record.ttl;
      return true;
    }),
  );
  const before = set.records.map(spell);
  const after = records.map(spell);
  const added = records.filter((record) => !before.includes(spell(record)));
  const gone = set.records.filter((record) => !after.includes(spell(record)));
  if (added.length === 0 && gone.length === 0) return { changes: [], outcomes };
  const one = { name: `${name}.`, type };
  // Of a CNAME there is one at a time.
  if (single && type !== "CNAME" && !set.records.some(({ disabled }) => disabled)) {
    const change = (changetype: "EXTEND" | "PRUNE") => (record: ApiRecord) => ({
      ...one,
      changetype,
      ttl: ttl ?? 0,
      records: [record],
    });
    // Adding first, so that the set and its comments never go in between.
    return { changes: [...added.map(change("EXTEND")), ...gone.map(change("PRUNE"))], outcomes };
  }
  if (records.length === 0) return { changes: [{ ...one, changetype: "DELETE" }], outcomes };
  return { changes: [{ ...one, changetype: "REPLACE", ttl: ttl ?? 0, records }], outcomes };
}

function spell({ content, disabled }: ApiRecord): string {
  return `${disabled ? "-" : "+"}${content}`;
}
