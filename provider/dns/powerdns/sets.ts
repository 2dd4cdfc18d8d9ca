import type { Fqdn } from "../../core/fqdn";
import type { TxtValue } from "../backend";
import type { Edit } from "../changes";
import { quoteText, unquoteText } from "../txt";

/** One record as the API writes it; a disabled one is kept and not served. */
export interface ApiRecord {
  readonly content: string;
  readonly disabled: boolean;
}

/** The TXT set of a name with its disabled records; no records where there is none. `ttl` in seconds. */
export interface StoredSet {
  readonly ttl: number | undefined;
  readonly records: readonly ApiRecord[];
}

/** One member of `rrsets` in a PATCH. Source: PowerDNS Authoritative Server manual, HTTP API, Zones. */
interface RrsetChange {
  readonly name: string;
  readonly type: "TXT";
  readonly changetype: "REPLACE" | "DELETE" | "EXTEND" | "PRUNE";
  readonly ttl?: number;
  readonly records?: readonly ApiRecord[];
}

export interface Plan {
  /** Empty where there is nothing to do. */
  readonly changes: readonly RrsetChange[];
  /** One an edit: the values that were not there, or that were. */
  readonly outcomes: readonly (readonly TxtValue[])[];
}

function textOf({ content }: ApiRecord): string {
  return unquoteText(content, "decimal");
}

/** What is served, each value once. */
export function servedTexts(set: StoredSet): ReadonlySet<string> {
  return new Set(set.records.filter(({ disabled }) => !disabled).map(textOf));
}

/**
 * The changes that make the edits true, in their order. `single`: the server can add and delete single records (`EXTEND`,
 * `PRUNE`); but it does so by rewriting the set without its disabled records, so a set that has some is replaced whole,
 * as where the server cannot. Comments are not sent, and so stay. Pure.
 */
export function planEdits(name: Fqdn, set: StoredSet, edits: readonly Edit[], single: boolean): Plan {
  let records = [...set.records];
  let { ttl } = set;
  const outcomes = edits.map(({ kind, values }) =>
    values.filter((value) => {
      const served = records.some((record) => !record.disabled && textOf(record) === value.value);
      if (served === (kind === "add")) return false;
      const others = records.filter((record) => textOf(record) !== value.value);
      if (kind === "remove") {
        records = others;
        return true;
      }
      const stored = set.records.find((record) => textOf(record) === value.value);
      const content = stored?.content ?? quoteText(value.value, "decimal");
      records = [...others, { content, disabled: false }];
      ttl ??= value.ttl;
      return true;
    }),
  );
  const before = set.records.map(spell);
  const after = records.map(spell);
  const added = records.filter((record) => !before.includes(spell(record)));
  const gone = set.records.filter((record) => !after.includes(spell(record)));
  if (added.length === 0 && gone.length === 0) return { changes: [], outcomes };
  const one = { name: `${name}.`, type: "TXT" } as const;
  if (single && !set.records.some(({ disabled }) => disabled)) {
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
