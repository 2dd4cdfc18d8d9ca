import type { Fqdn } from "../../core/fqdn";
import { type Rdata, typeCode } from "../../wire/codec";
import { encodeMessage } from "../../wire/encode";
import type { ResourceRecord } from "../../wire/message";
import { joinStrings, splitText } from "../../wire/txt";
import type { Edit } from "../changes";
import { comparable, type DnsRecord, type RecordData, type RecordKey } from "../record";
import { isOwnName } from "../sharing";

/** One record as it is stored, TXT in its own strings (one character an octet, latin1), and what it says. */
interface StoredRecord {
  readonly rdata: Rdata;
  readonly data: RecordData;
}

/** The set as the server answered; no records where there is none. `ttl` in seconds. */
export interface StoredSet {
  readonly ttl: number | undefined;
  readonly records: readonly StoredRecord[];
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

export interface UpdatePlan {
  /** Empty where there is nothing to do. */
  readonly updates: readonly ResourceRecord[];
  readonly adds: boolean;
  /** One an edit: the records that were not there, or that were. */
  readonly outcomes: readonly (readonly DnsRecord[])[];
}

interface UpdateDraft {
  readonly rdata: Rdata;
  readonly value: string;
  readonly stored: boolean;
  present: boolean;
}

/**
 * The single records to add and delete so that the edits, in their order, come true. An added record carries the set's
 * present TTL: equality ignores it, so another one would change the set's (RFC 2136 section 1.1.1). A deleted one is
 * spelled as it is stored, string by string. What conflicts is judged before (`conflictIn`). Pure.
 */
export function planEdits({ name, type }: RecordKey, set: StoredSet, edits: readonly Edit[]): UpdatePlan {
  const drafts: UpdateDraft[] = set.records.map(({ rdata, data }) => ({
    rdata,
    value: comparable(data),
    stored: true,
    present: true,
  }));
  let ttl = set.ttl;
  const outcomes = edits.map(({ kind, records }) =>
    records.filter((record) => {
      const value = comparable(record);
      const same = drafts.filter((draft) => draft.value === value);
      const there = same.some(({ present }) => present);
      if (there === (kind === "add")) return false;
      if (kind === "add" && isOwnName(record)) for (const draft of drafts) draft.present = false;
      if (kind === "remove") for (const draft of same) draft.present = false;
      else if (same.length > 0) for (const draft of same) draft.present = true;
      else drafts.push({ rdata: rdataOf(record), value, stored: false, present: true });
      if (kind === "add") ttl ??= record.ttl;
      return true;
    }),
  );
  const added = drafts.filter(({ stored, present }) => !stored && present);
  const gone = drafts.filter(({ stored, present }) => stored && !present);
  const adding = added.map(({ rdata }) => ({ ...rdata, name, class: "IN" as const, ttl: ttl ?? 0 }));
  const deleting = gone.map(({ rdata }) => ({ ...rdata, name, class: "NONE" as const, ttl: 0 }));
  // A CNAME that comes while another is there is not added to it (RFC 2136 section 3.4.2.2).
  const updates = type === "CNAME" ? [...deleting, ...adding] : [...adding, ...deleting];
  return { updates, adds: added.length > 0, outcomes };
}

/**
 * What has to hold for an add. `same`: the set is the one that was read (RFC 2136 section 2.4.2), so that the TTL that the
 * new record carries is the set's; `exists` (2.4.1) leaves other writers room; a set that was not there must still not be
 * (2.4.3). And no CNAME may stand there, nor for a CNAME anything (2.4.5): a server silently ignores an add where
 * there is one, and replaces a CNAME by another (3.4.2.2).
 */
export function prerequisitesFor(
  { name, type }: RecordKey,
  set: StoredSet,
  demand: "same" | "exists",
): readonly ResourceRecord[] {
  if (set.records.length === 0) {
    return type === "CNAME" ? [anyOf("ANY", name, "NONE")] : [anyOf(type, name, "NONE"), anyOf("CNAME", name, "NONE")];
  }
  if (demand === "exists" && type !== "CNAME") return [anyOf(type, name, "ANY")];
  return set.records.map(({ rdata }) => ({ ...rdata, name, class: "IN", ttl: 0 }));
}

/** That the name has a record of any type (RFC 2136 section 2.4.4). */
export function inUse(name: Fqdn): ResourceRecord {
  return anyOf("ANY", name, "ANY");
}

/** A record as it is read from a message; undefined where it is of another type. */
export function storedRecord(record: ResourceRecord, type: RecordKey["type"]): StoredRecord | undefined {
  if (record.type === "TXT" && type === "TXT") {
    const { strings } = record;
    const text = joinStrings(strings.map((each) => Buffer.from(each, "latin1")));
    return { rdata: { type, strings }, data: { type, text } };
  }
  if (record.type === "CNAME" && type === "CNAME") {
    const target = record.target as Fqdn;
    return { rdata: { type, target }, data: { type, target } };
  }
  if (record.type === "MX" && type === "MX") {
    const { preference } = record;
    const exchange = record.exchange as Fqdn;
    return { rdata: { type, preference, exchange }, data: { type, preference, exchange } };
  }
  return undefined;
}

function rdataOf(data: RecordData): Rdata {
  switch (data.type) {
    case "TXT":
      return { type: "TXT", strings: splitText(data.text).map((piece) => piece.toString("latin1")) };
    case "CNAME":
      return { type: "CNAME", target: data.target };
    case "MX":
      return { type: "MX", preference: data.preference, exchange: data.exchange };
  }
}

const ANY_TYPE = 255;

/** A record without data, which stands for a set, or for a name. */
function anyOf(type: RecordKey["type"] | "ANY", name: Fqdn, recordClass: "NONE" | "ANY"): ResourceRecord {
  const code = type === "ANY" ? ANY_TYPE : typeCode(type);
  return { type: "OTHER", code, data: Buffer.alloc(0), name, class: recordClass, ttl: 0 };
}
