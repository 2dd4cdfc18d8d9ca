import { createHash } from "node:crypto";
import type { Fqdn } from "../../../provider/core/fqdn";
import type { RecordSet } from "../../records";
import type { Zone, Zones } from "../../zones";
import { fromStore } from "./content";
import { refusal } from "./envelope";
import { ADDRESSES, type JudgedRecord, judgeRecord, type RecordInput } from "./judge";
import { flattensAll } from "./settings";

/** What Cloudflare keeps with a record in addition to what DNS serves. */
interface Note {
  readonly id: string;
  /** As the client wrote it, host names without a final dot. */
  readonly content: string;
  /** 1 is automatic. */
  readonly ttl: number;
  readonly proxied: boolean;
  /** `settings.flatten_cname`. */
  readonly flattened: boolean;
  readonly comment: string | null;
  readonly createdOn: string;
  readonly modifiedOn: string;
}

/** One record with its place in the zone store. */
export interface PlacedRecord {
  readonly set: RecordSet;
  /** The store's text. */
  readonly value: string;
  readonly note: Note;
}

/** Cloudflare's records, one a value, over the store's sets. Throws `Refusal`. */
export interface Records {
  list(zone: Zone): PlacedRecord[];
  find(zone: Zone, id: string): PlacedRecord;
  create(zone: Zone, input: RecordInput): PlacedRecord;
  update(zone: Zone, id: string, input: RecordInput): PlacedRecord;
  delete(zone: Zone, id: string): void;
  /** Has the zone's settings take effect on what is served. */
  serve(zone: Zone): void;
}

/** What `ttl: 1` is served with. */
const AUTOMATIC_SECONDS = 300;
/** Where the emulated proxy is: addresses for documentation (RFC 5737, RFC 3849). */
const PROXY: RecordSet["answersAs"] = [
  { type: "A", values: ["192.0.2.80", "192.0.2.81"] },
  { type: "AAAA", values: ["2001:db8::80", "2001:db8::81"] },
];

export function openRecords(zones: Zones, now: () => number): Records {
  const notes = new Map<string, Note>();
  let made = 0;
  const keyOf = (zone: Zone, set: Pick<RecordSet, "name" | "type">, value: string) =>
    JSON.stringify([zone.id, set.name, set.type, value]);
  const stamp = () => new Date(now()).toISOString();

  const noteOf = (zone: Zone, set: RecordSet, value: string): Note => {
    const key = keyOf(zone, set, value);
    const known = notes.get(key);
    if (known) return known;
    const since = stamp();
    return {
      id: createHash("md5").update(key).digest("hex"),
      content: fromStore(set.type, value).content,
      ttl: set.ttl,
      proxied: false,
      flattened: false,
      comment: null,
      createdOn: since,
      modifiedOn: since,
    };
  };
  const placed = (zone: Zone, set: RecordSet): PlacedRecord[] =>
    set.values.map((value) => ({ set, value, note: noteOf(zone, set, value) }));

  /** Makes the set of exactly these records; it is served with the lowest TTL among them (RFC 2181 section 5.2). */
  const write = (zone: Zone, key: Pick<RecordSet, "name" | "type">, records: readonly (readonly [string, Note])[]) => {
    for (const [value, note] of records) notes.set(keyOf(zone, key, value), note);
    if (records.length === 0) zones.change(zone.id, [{ action: "delete", key }]);
    else {
      const ttl = Math.min(...records.map(([, note]) => (note.ttl === 1 ? AUTOMATIC_SECONDS : note.ttl)));
      const values = records.map(([value]) => value);
      const answersAs = answersOf(
        zone,
        key,
        records.map(([, note]) => note),
      );
      zones.change(zone.id, [{ action: "put", set: { ...key, ttl, values, ...(answersAs && { answersAs }) } }]);
    }
  };
  const take = (zone: Zone, record: PlacedRecord) => {
    const rest = placed(zone, record.set).filter(({ value }) => value !== record.value);
    const { name, type } = record.set;
    write(
      zone,
      { name, type },
      rest.map(({ value, note }) => [value, note] as const),
    );
    notes.delete(keyOf(zone, record.set, record.value));
  };

  /** The sets at a name, but for one record. */
  const without = (zone: Zone, name: Fqdn, old?: PlacedRecord): readonly RecordSet[] =>
    zones
      .view(zone.id)
      .at(name)
      .map((set) => (set === old?.set ? { ...set, values: set.values.filter((value) => value !== old.value) } : set))
      .filter(({ values }) => values.length > 0);
  const add = (
    zone: Zone,
    { name, type, content, value }: JudgedRecord,
    { ttl, proxied, flattened, comment }: RecordInput,
    own: Pick<Note, "id" | "createdOn" | "modifiedOn">,
  ): PlacedRecord => {
    const set = zones.view(zone.id).find({ name, type });
    const before = set ? placed(zone, set).map((one) => [one.value, one.note] as const) : [];
    // The proxy decides what TTL it answers with.
    const note = { content, ttl: proxied ? 1 : ttl, proxied, flattened, comment, ...own };
    write(zone, { name, type }, [...before, [value, note]]);
    return records.find(zone, own.id);
  };

  const records: Records = {
    list(zone) {
      // Neither the SOA nor the NS records at the apex are among a zone's records here.
      const sets = zones.view(zone.id).all();
      const shown = sets.filter(({ name, type }) => type !== "SOA" && !(type === "NS" && name === zone.name));
      return shown.flatMap((set) => placed(zone, set));
    },
    find(zone, id) {
      const found = records.list(zone).find(({ note }) => note.id === id);
      if (!found) throw refusal(404, 81_044, "Record does not exist.");
      return found;
    },
    create(zone, input) {
      const judged = judgeRecord(zone, input, (name) => without(zone, name));
      const at = stamp();
      made += 1;
      // A record keeps its id when its content changes: the same content again is another record.
      const id = createHash("md5")
        .update(`${made} ${keyOf(zone, judged, judged.value)}`)
        .digest("hex");
      return add(zone, judged, input, { id, createdOn: at, modifiedOn: at });
    },
    update(zone, id, input) {
      const old = records.find(zone, id);
      const judged = judgeRecord(zone, input, (name) => without(zone, name, old));
      take(zone, old);
      return add(zone, judged, input, { id, createdOn: old.note.createdOn, modifiedOn: stamp() });
    },
    delete: (zone, id) => take(zone, records.find(zone, id)),
    serve(zone) {
      const aliases = zones
        .view(zone.id)
        .all()
        .filter(({ type }) => type === "CNAME");
      for (const set of aliases) {
        const { name, type } = set;
        write(
          zone,
          { name, type },
          placed(zone, set).map(({ value, note }) => [value, note] as const),
        );
      }
    },
  };
  return records;
}

/** What is served in place of a proxied record, and of a CNAME that is flattened, as each is at the apex. */
function answersOf(
  zone: Zone,
  { name, type }: Pick<RecordSet, "name" | "type">,
  notes: readonly Note[],
): RecordSet["answersAs"] {
  if (ADDRESSES.includes(type) && notes.some(({ proxied }) => proxied)) return PROXY;
  if (type !== "CNAME") return undefined;
  const flattened = name === zone.name || flattensAll(zone) || notes.some((note) => note.flattened);
  return flattened ? "flattened" : undefined;
}

/** A record as the API shows it (`dns-records_dns-record-response`; in the SDK `RecordResponse`). */
export function showRecord({ set, value, note }: PlacedRecord): Record<string, unknown> {
  const { priority } = fromStore(set.type, value);
  return {
    id: note.id,
    name: set.name,
    type: set.type,
    content: note.content,
    proxiable: ADDRESSES.includes(set.type),
    proxied: note.proxied,
    ttl: note.ttl,
    ...(priority !== undefined && { priority }),
    settings: set.type === "CNAME" ? { flatten_cname: note.flattened } : {},
    meta: {},
    comment: note.comment,
    tags: [],
    created_on: note.createdOn,
    modified_on: note.modifiedOn,
    ...(note.comment !== null && { comment_modified_on: note.modifiedOn }),
  };
}
