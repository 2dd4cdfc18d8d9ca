import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { RecordConflictError } from "../conflict";
import type { PresentRecord } from "../present";
import { comparable, type RecordKey, type WantedRecord } from "../record";
import { untilGone } from "../removal";
import { conflictIn, isExclusive, judge } from "../sharing";
import { isEntry, promised } from "./answer";
import type { CloudflareApi } from "./api";
import { writeCname, writeFields } from "./content";
import { isGone, isIdentical } from "./faults";
import { planEdits } from "./plan";
import { type HeldRecord, readRecords } from "./records";

const AT_ONCE = 8;
/** What Cloudflare serves for `ttl: 1` (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
const AUTOMATIC_SECONDS = 300;
const COMMENT = "pulumi-sesdomain";
/** Of a free plan; others have more (developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes). */
const LONGEST_COMMENT = 100;

/** Reads, creates what is missing and deletes what is to go: nothing that others wrote is touched at any moment. */
export async function writeEdits(
  api: CloudflareApi,
  zone: Zone,
  { name, type }: RecordKey,
  edits: readonly Edit[],
  doing: string,
  ctx: Ctx,
): Promise<readonly EditOutcome[]> {
  // At the apex Cloudflare flattens a CNAME: what is there with it is served.
  const flattened = name === zone.name;
  const conflict = (present: readonly PresentRecord[]) =>
    new RecordConflictError({ host: "Cloudflare", zone, name, wanted: type, present });
  const read = () => readRecords(api, zone, { exact: name }, doing, ctx);
  const found = await read();
  const stopped = conflictIn(found, edits, flattened);
  if (stopped !== undefined) throw conflict(stopped.present);
  const own = found.filter((each) => each.type === type);
  const { outcomes, missing, changing, leaving } = planEdits(own, edits);
  const ttl = ttlOf(own);
  const elsewhere = new Set<string>();
  const made = new Set<string>();
  // A CNAME that replaces another one of ours is written after that is deleted.
  const steps = [
    () => inChunks(missing, (record) => create(record)),
    () => inChunks(leaving, (record) => remove(record)),
  ];
  for (const step of type === "CNAME" ? steps.reverse() : steps) await step();
  await inChunks(changing, ({ held, record }) => replace(held, record));
  await refuseRivals();
  const ids = leaving.map(({ id }) => id);
  await untilGone(ids, async () => new Set((await read()).map(({ id }) => id)), `Cloudflare: ${doing} failed`, ctx);
  return outcomes.map((outcome, at) =>
    edits[at]?.kind === "add" ? outcome.filter((record) => !elsewhere.has(comparable(record))) : outcome,
  );

  async function create(record: WantedRecord): Promise<void> {
    const comment = commentFor(ctx.owner);
    const body = { zone_id: zone.id, name, ...writeFields(record), ttl: ttl ?? record.ttl, comment };
    const exclusive = isExclusive(record);
    let unsure = false;
    let taken = false;
    try {
      const id = await api.call<string | undefined>(
        doing,
        async (client, options) => {
          const fits = (one: { readonly id: string; readonly name: string; readonly type: string }) =>
            isEntry(one, "name", "type") && one.type === type && one.name.toLowerCase() === name;
          return (await promised(client.dns.records.create(body, options), fits)).id;
        },
        ctx,
        (fault, { uncertain }) => {
          unsure = uncertain;
          if (!isIdentical(fault)) return undefined;
          taken = exclusive;
          // An earlier try of ours may have been the one that wrote it.
          if (!uncertain) elsewhere.add(comparable(record));
          return { answer: undefined };
        },
      );
      if (id !== undefined) made.add(id);
    } catch (error) {
      if (!(error instanceof DnsHostError) || error.code !== "record-conflict") throw error;
      taken = true;
    }
    if (taken) await settle(record, unsure);
  }

  /** What the API says is in the way: for an existing CNAME it says so even where it is identical. */
  async function settle(record: WantedRecord, unsure: boolean): Promise<void> {
    const now = await read();
    const verdict = judge(record, now, flattened);
    const there = now.find((each) => each.type === type);
    if (verdict.kind === "replaced" && there !== undefined) return replace(there, record);
    if (verdict.kind !== "present") throw conflict(verdict.kind === "conflict" ? verdict.present : []);
    if (!unsure) elsewhere.add(comparable(record));
  }

  /** In one step, so that the name is never without its CNAME. The comment stays. */
  async function replace(held: HeldRecord, record: WantedRecord): Promise<void> {
    if (record.type !== "CNAME") throw new RangeError("only a CNAME is replaced");
    const settings = held.mode === "flattened" ? { settings: { flatten_cname: false } } : {};
    const body = { zone_id: zone.id, name, ...writeCname(record.target), ttl: held.ttl, ...settings };
    const gone = await api.call<boolean>(
      doing,
      async (client, options) => {
        await promised(client.dns.records.edit(held.id, body, options), (one) => isEntry(one) && one.id === held.id);
        return false;
      },
      ctx,
      (fault) => (isGone(fault) ? { answer: true } : undefined),
    );
    if (gone) await create(record);
  }

  /** The API takes a second MX record, and text where a CNAME is: where another writer was as fast as we, ours goes again. */
  async function refuseRivals(): Promise<void> {
    const exclusive = missing.filter(isExclusive);
    if (exclusive.length === 0) return;
    const now = await read();
    const ours = now.filter(({ id }) => made.has(id));
    for (const record of exclusive) {
      const verdict = judge(record, now, flattened);
      if (verdict.kind !== "conflict") continue;
      await inChunks(ours, (each) => remove(each));
      throw conflict(verdict.present.filter((each) => !ours.some((own) => own === each)));
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

/** A few at a time; all are tried, then the first failure is thrown. */
async function inChunks<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(work));
    for (const each of settled) if (each.status === "rejected") throw each.reason;
  }
}
