import type { RecordResponse } from "cloudflare/resources/dns/records" with { "resolution-mode": "import" };
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { recordConflict } from "../conflict";
import {
  comparable,
  type DnsRecord,
  presentation,
  RECORD_TYPES,
  type RecordData,
  type RecordKey,
  sameData,
} from "../record";
import { untilGone } from "../removal";
import { isEntry, isListOf, promised } from "./answer";
import type { CloudflareApi } from "./api";
import { readFields, writeFields } from "./content";
import { isGone, isIdentical } from "./faults";

/** One record: Cloudflare keeps one a value, each with its own TTL (1: automatic). */
interface HeldRecord {
  readonly id: string;
  readonly data: RecordData;
  readonly ttl: number;
}

export interface FoundRecords {
  /** Those of the type that was asked for. */
  readonly own: readonly HeldRecord[];
  /** Where a CNAME at the name points. */
  readonly cname: string | undefined;
  /** The types of the others. */
  readonly types: readonly string[];
}

/** The default of the API reference's List DNS Records. */
const PAGE = 100;
/** More than any name has. */
const PAGES_AT_MOST = 100;
const AT_ONCE = 8;
/** What Cloudflare serves for `ttl: 1` (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
const AUTOMATIC_SECONDS = 300;
const COMMENT = "pulumi-sesdomain";
/** Of a free plan; others have more (developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes). */
const LONGEST_COMMENT = 100;

/** Everything at exactly that name. The API's filters ignore case, so values are compared here. */
export async function readRecords(
  api: CloudflareApi,
  zone: Zone,
  { name, type }: RecordKey,
  doing: string,
  ctx: Ctx,
): Promise<FoundRecords> {
  const records = new Map<string, RecordResponse>();
  for (let page = 1; ; page += 1) {
    const query = { zone_id: zone.id, name: { exact: name }, per_page: PAGE, page };
    const answer = await api.call(
      doing,
      (client, options) =>
        promised(
          client.dns.records.list(query, options),
          ({ result }) =>
            isListOf(result, "name", "type") && result.every(isWhole) && isProgress(result, page, records),
        ),
      ctx,
    );
    for (const record of answer.result) records.set(record.id, record);
    if (answer.result.length < (answer.result_info.per_page ?? PAGE)) break;
  }
  const all = [...records.values()].filter((record) => record.name.toLowerCase() === name);
  return {
    own: all.flatMap((record) => {
      const { content = "" } = record;
      const priority = record.type === "MX" ? record.priority : undefined;
      const data = record.type === type ? readFields(type, { content, priority }) : undefined;
      return data === undefined ? [] : [{ id: record.id, ttl: record.ttl, data }];
    }),
    cname: all.find((record) => record.type === "CNAME")?.content ?? undefined,
    types: [...new Set(all.map((record) => record.type))].filter((other) => other !== type),
  };
}

const WRITTEN: ReadonlySet<string> = RECORD_TYPES;

function isWhole(record: RecordResponse): boolean {
  if (!WRITTEN.has(record.type)) return true;
  if (typeof record.content !== "string" || typeof record.ttl !== "number") return false;
  return record.type !== "MX" || typeof record.priority === "number";
}

/** A page after the first that holds nothing new is no page of the list, which would not end. */
function isProgress(page: readonly RecordResponse[], number: number, known: ReadonlyMap<string, unknown>): boolean {
  if (number > PAGES_AT_MOST) return false;
  return number === 1 || page.length === 0 || page.some(({ id }) => !known.has(id));
}

/** Reads, creates what is missing and deletes what is to go: nothing that others wrote is touched at any moment. */
export async function writeEdits(
  api: CloudflareApi,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  doing: string,
  ctx: Ctx,
): Promise<readonly EditOutcome[]> {
  const found = await readRecords(api, zone, key, doing, ctx);
  const { outcomes, missing, leaving } = plan(found.own, edits);
  if (missing.length > 0) refuseConflict(found, leaving, missing, zone, key);
  const ttl = ttlOf(found.own);
  const elsewhere = new Set<string>();
  // A CNAME that replaces another one of ours is written after that is deleted.
  const steps = [
    () => inChunks(missing, (record) => create(record)),
    () => inChunks(leaving, (record) => remove(record)),
  ];
  for (const step of key.type === "CNAME" ? steps.reverse() : steps) await step();
  const ids = leaving.map(({ id }) => id);
  const held = async () => {
    const { own } = await readRecords(api, zone, key, doing, ctx);
    return new Set(own.map(({ id }) => id));
  };
  await untilGone(ids, held, `Cloudflare: ${doing} failed`, ctx);
  return outcomes.map((outcome, at) =>
    edits[at]?.kind === "add" ? outcome.filter((record) => !elsewhere.has(comparable(record))) : outcome,
  );

  async function create(record: DnsRecord): Promise<void> {
    const { name, type } = key;
    const body = {
      zone_id: zone.id,
      name,
      ...writeFields(record),
      ttl: ttl ?? record.ttl,
      comment: commentFor(ctx.owner),
    };
    let unsure = false;
    try {
      await api.call<unknown>(
        doing,
        (client, options) =>
          promised(
            client.dns.records.create(body, options),
            (made) => isEntry(made, "name", "type") && made.type === type && made.name.toLowerCase() === name,
          ),
        ctx,
        (fault, { uncertain }) => {
          unsure = uncertain;
          if (!isIdentical(fault)) return undefined;
          // An earlier try of ours may have been the one that wrote it.
          if (!uncertain) elsewhere.add(comparable(record));
          return { answer: undefined };
        },
      );
    } catch (error) {
      if (!(error instanceof DnsHostError) || error.code !== "record-conflict") throw error;
      // For an existing CNAME the API reports a conflict, even where it is identical.
      const now = await readRecords(api, zone, key, doing, ctx);
      if (!now.own.some(({ data }) => sameData(data, record))) {
        refuseConflict(now, [], [record], zone, key);
        throw error;
      }
      if (!unsure) elsewhere.add(comparable(record));
    }
  }

  async function remove({ id }: HeldRecord): Promise<void> {
    await api.call<unknown>(
      doing,
      (client, options) =>
        promised(client.dns.records.delete(id, { zone_id: zone.id }, options), (gone) => gone?.id === id),
      ctx,
      (fault) => (isGone(fault) ? { answer: undefined } : undefined),
    );
  }
}

interface RecordPlan {
  readonly outcomes: readonly EditOutcome[];
  readonly missing: readonly DnsRecord[];
  readonly leaving: readonly HeldRecord[];
}

/** What the edits, one after the other, come to. Pure. */
function plan(held: readonly HeldRecord[], edits: readonly Edit[]): RecordPlan {
  const before = new Set(held.map(({ data }) => comparable(data)));
  const after = new Map<string, DnsRecord | undefined>([...before].map((value) => [value, undefined]));
  const outcomes = edits.map(({ kind, records }) =>
    records.filter((each) => {
      const value = comparable(each);
      if (after.has(value) === (kind === "add")) return false;
      if (kind === "add") after.set(value, each);
      else after.delete(value);
      return true;
    }),
  );
  const missing = [...after].flatMap(([value, record]) => (record === undefined || before.has(value) ? [] : [record]));
  return { outcomes, missing, leaving: held.filter(({ data }) => !after.has(comparable(data))) };
}

/** Whose the record is, for those who meet it in the dashboard. It is not read again: whose a value is, is decided by state. */
function commentFor(owner: Ctx["owner"]): string {
  const comment = owner === undefined ? COMMENT : `${COMMENT} ${owner.project}/${owner.stack}`;
  return comment.length > LONGEST_COMMENT ? `${comment.slice(0, LONGEST_COMMENT - 1)}…` : comment;
}

/** The set's TTL as its values have it: the lowest, which is what a cache goes by. */
function ttlOf(held: readonly HeldRecord[]): number | undefined {
  const seconds = (ttl: number) => (ttl === 1 ? AUTOMATIC_SECONDS : ttl);
  return held.map(({ ttl }) => ttl).sort((one, other) => seconds(one) - seconds(other))[0];
}

/** Throws where what is missing cannot stand with what is found, but for what is leaving. */
function refuseConflict(
  { own, cname, types }: FoundRecords,
  leaving: readonly HeldRecord[],
  missing: readonly DnsRecord[],
  zone: Zone,
  { name, type }: RecordKey,
): void {
  const where = `Cloudflare: ${name} in zone ${zone.name} (${zone.id})`;
  if (type !== "CNAME") {
    // At the apex Cloudflare flattens a CNAME: what stands there with it is served.
    if (cname !== undefined && name !== zone.name) throw recordConflict(where, type, { cname });
    return;
  }
  if (types.length > 0) throw recordConflict(where, type, { types: types.join(", ") });
  const staying =
    own.find((record) => !leaving.includes(record))?.data ?? (missing.length > 1 ? missing[0] : undefined);
  if (staying !== undefined) throw recordConflict(where, type, { cname: presentation(staying) });
}

/** A few at a time; all are tried, then the first failure is thrown. */
async function inChunks<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(work));
    for (const each of settled) if (each.status === "rejected") throw each.reason;
  }
}
