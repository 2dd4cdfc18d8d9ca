import { createHash } from "node:crypto";
import { child, type Fqdn, isWithin, parseFqdn } from "../../../provider/core/fqdn";
import type { RecordSet } from "../../records";
import { unservable } from "../../values";
import type { Zone, Zones } from "../../zones";
import { fromStore, toStore } from "./content";
import { refusal } from "./envelope";

/** What Cloudflare keeps with a record in addition to what DNS serves. */
interface Note {
  readonly id: string;
  /** As the client wrote it. */
  readonly content: string;
  /** 1 is automatic. */
  readonly ttl: number;
  readonly proxied: boolean;
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

/** What a client asks a record to be. */
export interface RecordInput {
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly ttl: number;
  readonly priority?: number | undefined;
  readonly proxied: boolean;
  readonly comment: string | null;
}

/** Cloudflare's records, one a value, over the store's sets. Throws `Refusal`. */
export interface Records {
  list(zone: Zone): PlacedRecord[];
  find(zone: Zone, id: string): PlacedRecord;
  create(zone: Zone, wish: RecordInput): PlacedRecord;
  update(zone: Zone, id: string, wish: RecordInput): PlacedRecord;
  delete(zone: Zone, id: string): void;
}

/** What `ttl: 1` is served with. */
const AUTOMATIC_SECONDS = 300;
const TYPES = new Set(["A", "AAAA", "CNAME", "MX", "NS", "TXT"]);
const ADDRESSES = ["A", "AAAA", "CNAME"];

export function openRecords(zones: Zones, now: () => number): Records {
  const notes = new Map<string, Note>();
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
      zones.change(zone.id, [{ action: "put", set: { ...key, ttl, values } }]);
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
    create(zone, wish) {
      const key = { name: nameIn(zone, wish.name), type: wish.type };
      const value = storedValue(wish);
      checkTtl(wish.ttl);
      const view = zones.view(zone.id);
      refuseConflict(key.type, view.at(key.name));
      const set = view.find(key);
      if (set?.values.includes(value)) throw refusal(400, 81_058, "An identical record already exists.");
      const at = stamp();
      const { content, ttl, proxied, comment } = wish;
      const id = createHash("md5")
        .update(keyOf(zone, key, value))
        .digest("hex");
      const note: Note = { id, content, ttl, proxied, comment, createdOn: at, modifiedOn: at };
      const before = set ? placed(zone, set).map((one) => [one.value, one.note] as const) : [];
      write(zone, key, [...before, [value, note]]);
      return records.find(zone, id);
    },
    update(zone, id, wish) {
      const old = records.find(zone, id);
      storedValue(wish);
      checkTtl(wish.ttl);
      take(zone, old);
      const made = records.create(zone, wish);
      const note = { ...made.note, id, createdOn: old.note.createdOn };
      notes.set(keyOf(zone, made.set, made.value), note);
      return { ...made, note };
    },
    delete: (zone, id) => take(zone, records.find(zone, id)),
  };
  return records;
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
    settings: {},
    meta: {},
    comment: note.comment,
    tags: [],
    created_on: note.createdOn,
    modified_on: note.modifiedOn,
    ...(note.comment !== null && { comment_modified_on: note.modifiedOn }),
  };
}

/** A name that does not end in the zone's is taken as relative to it: so a panel, and the API, doubles names. */
function nameIn(zone: Zone, text: string): Fqdn {
  if (text === "@") return zone.name;
  const parsed = parseFqdn(text);
  if (!("name" in parsed)) throw refusal(400, 9000, "DNS name is invalid.");
  return isWithin(parsed.name, zone.name) ? parsed.name : child(parsed.name, zone.name);
}

/** Codes for content of a type (as users of the API report them). */
const CONTENT_CODES: Readonly<Record<string, number>> = { A: 9005, AAAA: 9006, MX: 9009 };

function storedValue({ type, content, priority }: RecordInput): string {
  if (!TYPES.has(type)) throw refusal(400, 1004, "DNS Validation Error");
  if (type === "MX" && !isPriority(priority ?? 0)) throw invalidPriority();
  const value = content === "" ? undefined : toStore(type, content, priority);
  if (value === undefined || unservable(type, value) !== undefined)
    throw refusal(400, CONTENT_CODES[type] ?? 9007, `Content for ${type} record is invalid.`);
  return value;
}

const isPriority = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff;

function invalidPriority() {
  return refusal(400, 1004, "DNS Validation Error", {
    code: 9008,
    message: "Invalid priority, priority must be set and be between 0 and 65535",
  });
}

function checkTtl(ttl: number): void {
  if (ttl !== 1 && !(Number.isInteger(ttl) && ttl >= 60 && ttl <= 86_400))
    throw refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
}

/** developers.cloudflare.com/dns/manage-dns-records/troubleshooting/records-with-same-name: TXT at the name of a CNAME is not refused. */
function refuseConflict(type: string, there: readonly RecordSet[]): void {
  const has = (types: readonly string[]) => there.some((set) => types.includes(set.type));
  if (type === "CNAME" && has(ADDRESSES))
    throw refusal(400, 81_053, "An A, AAAA, or CNAME record with that host already exists.");
  if ((type === "A" || type === "AAAA") && has(["CNAME"]))
    throw refusal(400, 81_054, "A CNAME record with that host already exists.");
}
