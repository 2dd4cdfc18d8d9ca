import type { RecordResponse } from "cloudflare/resources/dns/records" with { "resolution-mode": "import" };
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { TxtValue, Zone } from "../backend";
import type { Edit } from "../changes";
import { untilGone } from "../removal";
import { isEntry, isListOf, promised } from "./answer";
import type { CloudflareApi } from "./api";
import { readContent, writeContent } from "./content";
import { isGone, isIdentical } from "./faults";

/** One TXT record: Cloudflare keeps one a value, each with its own TTL (1: automatic). */
interface HeldRecord {
  readonly id: string;
  readonly value: string;
  readonly ttl: number;
}

export interface Found {
  readonly txt: readonly HeldRecord[];
  /** Where a CNAME at the name points. */
  readonly cname: string | undefined;
}

/** The values that an edit found missing and wrote, or found and removed. */
export type Outcome = readonly TxtValue[];

/** The default of the API reference's List DNS Records. */
const PAGE = 100;
/** Nobody has as many records at one name. */
const PAGES_AT_MOST = 100;
const AT_ONCE = 8;
/** What Cloudflare serves for `ttl: 1` (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
const AUTOMATIC_SECONDS = 300;
const COMMENT = "pulumi-sesdomain";
/** Of a free plan; others have more (developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes). */
const LONGEST_COMMENT = 100;

/** Everything at exactly `name`. The API's filters ignore case, so values are compared here. */
export async function readRecords(api: CloudflareApi, zone: Zone, name: Fqdn, doing: string, ctx: Ctx): Promise<Found> {
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
  const own = [...records.values()].filter((record) => record.name.toLowerCase() === name);
  return {
    txt: own.flatMap((record) =>
      record.type === "TXT" ? [{ id: record.id, ttl: record.ttl, value: readContent(record.content ?? "") }] : [],
    ),
    cname: own.find(({ type }) => type === "CNAME")?.content ?? undefined,
  };
}

function isWhole({ type, content, ttl }: RecordResponse): boolean {
  return type !== "TXT" || (typeof content === "string" && typeof ttl === "number");
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
  name: Fqdn,
  edits: readonly Edit[],
  doing: string,
  ctx: Ctx,
): Promise<readonly Outcome[]> {
  const found = await readRecords(api, zone, name, doing, ctx);
  const { outcomes, missing, leaving } = plan(found.txt, edits);
  if (missing.length > 0) refuseCname(found, zone, name);
  const ttl = ttlOf(found.txt);
  const elsewhere = new Set<string>();
  await some(missing, async (value) => {
    const body = {
      zone_id: zone.id,
      type: "TXT",
      name,
      content: writeContent(value.value),
      ttl: ttl ?? value.ttl,
      comment: commentFor(ctx.owner),
    } as const;
    await api.call<unknown>(
      doing,
      (client, options) =>
        promised(
          client.dns.records.create(body, options),
          (made) => isEntry(made, "name", "type") && made.type === "TXT" && made.name.toLowerCase() === name,
        ),
      ctx,
      (fault, { uncertain }) => {
        if (!isIdentical(fault)) return undefined;
        // An earlier try of ours may have been the one that wrote it.
        if (!uncertain) elsewhere.add(value.value);
        return { answer: undefined };
      },
    );
  });
  await some(leaving, async ({ id }) => {
    await api.call<unknown>(
      doing,
      (client, options) =>
        promised(client.dns.records.delete(id, { zone_id: zone.id }, options), (gone) => gone?.id === id),
      ctx,
      (fault) => (isGone(fault) ? { answer: undefined } : undefined),
    );
  });
  const ids = leaving.map(({ id }) => id);
  const held = async () => {
    const { txt } = await readRecords(api, zone, name, doing, ctx);
    return new Set(txt.map(({ id }) => id));
  };
  await untilGone(ids, held, `Cloudflare: ${doing} failed`, ctx);
  return outcomes.map((outcome, at) =>
    edits[at]?.kind === "add" ? outcome.filter(({ value }) => !elsewhere.has(value)) : outcome,
  );
}

interface Plan {
  readonly outcomes: readonly Outcome[];
  readonly missing: readonly TxtValue[];
  readonly leaving: readonly HeldRecord[];
}

/** What the edits, one after the other, come to. Pure. */
function plan(held: readonly HeldRecord[], edits: readonly Edit[]): Plan {
  const before = new Set(held.map(({ value }) => value));
  const after = new Map<string, TxtValue | undefined>([...before].map((value) => [value, undefined]));
  const outcomes = edits.map(({ kind, values }) =>
    values.filter((each) => {
      if (after.has(each.value) === (kind === "add")) return false;
      if (kind === "add") after.set(each.value, each);
      else after.delete(each.value);
      return true;
    }),
  );
  const missing = [...after].flatMap(([text, value]) => (value === undefined || before.has(text) ? [] : [value]));
  return { outcomes, missing, leaving: held.filter(({ value }) => !after.has(value)) };
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

function refuseCname({ cname }: Found, zone: Zone, name: Fqdn): void {
  // At the apex Cloudflare flattens a CNAME: what stands beside it is served.
  if (cname === undefined || name === zone.name) return;
  throw new DnsHostError(
    "host-refused",
    `Cloudflare: ${name} in zone ${zone.name} (${zone.id}) is a CNAME to ${cname}; no TXT value can stand beside it.`,
    { hint: "Remove the CNAME, or publish the values where it points." },
  );
}

/** A few at a time; all are tried, then the first failure is thrown. */
async function some<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(work));
    for (const each of settled) if (each.status === "rejected") throw each.reason;
  }
}
