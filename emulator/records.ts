import type { Fqdn } from "../provider/core/fqdn";

/**
 * What a DNS host keeps with a record set; the name servers look only at `setIdentifier`, `weight` and
 * `multiValueAnswer`. The rest is the host's API's own affair (Route 53: region, failover, geo location, health check).
 */
export interface Routing {
  readonly setIdentifier: string;
  readonly weight?: number;
  readonly multiValueAnswer?: boolean;
  readonly [field: string]: unknown;
}

/**
 * One record set. `values` is text as Route 53 takes it: names absolute, with or without a final dot; TXT as one or
 * several quoted strings, with `\"`, `\\` and octal `\ooo` escapes (`parseTxt` and `formatTxt` in text.ts). `ttl` in seconds.
 */
export interface RecordSet {
  /** The owner name, in lower case and without a final dot. */
  readonly name: Fqdn;
  /** "TXT", "NS", … */
  readonly type: string;
  /** In seconds. */
  readonly ttl: number;
  /** One text a record. */
  readonly values: readonly string[];
  /** What the host keeps with the set. Left out: simple routing. */
  readonly routing?: Routing;
  /**
   * What the name servers answer with in place of the set, which only the host's API shows: these sets, at its name and
   * TTL. "flattened", of a CNAME: the addresses of its target, as far as the same servers have them.
   */
  readonly answersAs?: "flattened" | readonly Pick<RecordSet, "type" | "values">[];
}

export type RecordKey = Pick<RecordSet, "name" | "type"> & { readonly setIdentifier?: string | undefined };

/** A change of one record set: `put` makes or replaces it. */
export type Change = PutSet | DeleteSet;

interface PutSet {
  readonly action: "put";
  readonly set: RecordSet;
}

interface DeleteSet {
  readonly action: "delete";
  readonly key: RecordKey;
}

export function keyOf(set: RecordSet): RecordKey {
  return { name: set.name, type: set.type, setIdentifier: set.routing?.setIdentifier };
}

/** The record sets of one zone at one moment, by name. Names between a set and the apex exist too (RFC 4592 section 2.2.2). */
export interface ZoneView {
  /** All sets at exactly this name, in the order they came. */
  at(name: Fqdn): readonly RecordSet[];
  /** Whether the name has sets, or names below it that do. */
  exists(name: Fqdn): boolean;
  find(key: RecordKey): RecordSet | undefined;
  all(): RecordSet[];
}

export interface MutableView extends ZoneView {
  /** Returns what stood there before. */
  put(set: RecordSet): RecordSet | undefined;
  delete(key: RecordKey): RecordSet | undefined;
}

export function openView(apex: Fqdn, initial: Iterable<RecordSet> = []): MutableView {
  const names = new Map<Fqdn, RecordSet[]>();
  /** How many names with sets lie at or below each name. */
  const below = new Map<string, number>();

  const count = (name: Fqdn, step: 1 | -1) => {
    for (let at: string = name; ; at = at.slice(at.indexOf(".") + 1)) {
      below.set(at, (below.get(at) ?? 0) + step);
      if (at === apex || !at.includes(".")) return;
    }
  };
  const indexOf = (sets: readonly RecordSet[], key: RecordKey) =>
    sets.findIndex((set) => set.type === key.type && set.routing?.setIdentifier === key.setIdentifier);

  const view: MutableView = {
    at: (name) => names.get(name) ?? [],
    exists: (name) => name === apex || (below.get(name) ?? 0) > 0,
    find(key) {
      const sets = names.get(key.name) ?? [];
      return sets[indexOf(sets, key)];
    },
    all: () => [...names.values()].flat(),
    put(set) {
      let sets = names.get(set.name);
      if (!sets) {
        sets = [];
        names.set(set.name, sets);
        count(set.name, 1);
      }
      const index = indexOf(sets, keyOf(set));
      if (index < 0) {
        sets.push(set);
        return undefined;
      }
      return sets.splice(index, 1, set)[0];
    },
    delete(key) {
      const sets = names.get(key.name) ?? [];
      const index = indexOf(sets, key);
      if (index < 0) return undefined;
      const [removed] = sets.splice(index, 1);
      if (sets.length === 0) {
        names.delete(key.name);
        count(key.name, -1);
      }
      return removed;
    },
  };
  for (const set of initial) view.put(set);
  return view;
}
