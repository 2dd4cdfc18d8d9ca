import type { Fqdn } from "../../core/fqdn";
import { encodeMessage } from "../../wire/encode";
import type { ResourceRecord } from "../../wire/message";
import { splitText } from "../../wire/txt";
import type { TxtValue } from "../backend";
import type { Edit } from "../changes";

/** One TXT record as it is stored. `strings` hold one character an octet (latin1); `text` is what they mean. */
interface StoredTxt {
  readonly strings: readonly string[];
  readonly text: string;
}

/** The TXT set of a name as the server answered; no records where there is none. `ttl` in seconds. */
export interface StoredSet {
  readonly ttl: number | undefined;
  readonly records: readonly StoredTxt[];
}

/** An UPDATE message: RFC 2136 section 2. */
export interface Update {
  readonly zone: Fqdn;
  readonly prerequisites: readonly ResourceRecord[];
  readonly updates: readonly ResourceRecord[];
}

/** Throws `WireError` where it does not fit a message. */
export function encodeUpdate(id: number, { zone, prerequisites, updates }: Update): Buffer {
  return encodeMessage({
    id,
    opcode: "UPDATE",
    questions: [{ name: zone, type: "SOA", class: "IN" }],
    answers: prerequisites,
    authorities: updates,
  });
}

export interface Plan {
  /** Empty where there is nothing to do. */
  readonly updates: readonly ResourceRecord[];
  readonly adds: boolean;
  /** One an edit: the values that were not there, or that were. */
  readonly outcomes: readonly (readonly TxtValue[])[];
}

interface Draft {
  readonly strings: readonly string[];
  readonly text: string;
  readonly stored: boolean;
  present: boolean;
}

/**
 * The single records to add and delete so that the edits, in their order, come true. An added record carries the set's
 * present TTL: equality ignores it, so another one would change the set's (RFC 2136 section 1.1.1). A deleted one is
 * spelled as it is stored, string by string. Pure.
 */
export function planEdits(name: Fqdn, set: StoredSet, edits: readonly Edit[]): Plan {
  const drafts: Draft[] = set.records.map((record) => ({ ...record, stored: true, present: true }));
  let ttl = set.ttl;
  const outcomes = edits.map(({ kind, values }) =>
    values.filter((value) => {
      const same = drafts.filter(({ text }) => text === value.value);
      const there = same.some(({ present }) => present);
      if (there === (kind === "add")) return false;
      if (kind === "remove") for (const draft of same) draft.present = false;
      else if (same.length > 0) for (const draft of same) draft.present = true;
      else {
        const strings = splitText(value.value).map((piece) => piece.toString("latin1"));
        drafts.push({ strings, text: value.value, stored: false, present: true });
      }
      if (kind === "add") ttl ??= value.ttl;
      return true;
    }),
  );
  const added = drafts.filter(({ stored, present }) => !stored && present);
  const gone = drafts.filter(({ stored, present }) => stored && !present);
  const updates = [
    ...added.map(({ strings }) => txt(name, "IN", ttl ?? 0, strings)),
    ...gone.map(({ strings }) => txt(name, "NONE", 0, strings)),
  ];
  return { updates, adds: added.length > 0, outcomes };
}

/**
 * What has to hold for an add, so that the TTL it carries is the set's. `same`: the set is the one that was read (RFC
 * 2136 section 2.4.2); `exists` (2.4.1) leaves other writers room; a set that was not there must still not be (2.4.3).
 */
export function prerequisitesFor(name: Fqdn, set: StoredSet, demand: "same" | "exists"): readonly ResourceRecord[] {
  if (set.records.length === 0) return [anyTxt(name, "NONE")];
  if (demand === "exists") return [anyTxt(name, "ANY")];
  return set.records.map(({ strings }) => txt(name, "IN", 0, strings));
}

/** That the name has a record of any type (RFC 2136 section 2.4.4). */
export function inUse(name: Fqdn): ResourceRecord {
  return { type: "OTHER", code: 255, data: Buffer.alloc(0), name, class: "ANY", ttl: 0 };
}

function txt(name: Fqdn, recordClass: "IN" | "NONE", ttl: number, strings: readonly string[]): ResourceRecord {
  return { type: "TXT", name, class: recordClass, ttl, strings };
}

function anyTxt(name: Fqdn, recordClass: "NONE" | "ANY"): ResourceRecord {
  return { type: "OTHER", code: 16, data: Buffer.alloc(0), name, class: recordClass, ttl: 0 };
}
