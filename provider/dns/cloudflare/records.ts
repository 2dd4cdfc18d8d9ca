import type { RecordResponse } from "cloudflare/resources/dns/records" with { "resolution-mode": "import" };
import type { Ctx } from "../../core/ctx";
import { type Fqdn, parentOf } from "../../core/fqdn";
import type { Zone } from "../backend";
import { type PresentRecord, presentRecord } from "../present";
import { isRecordType } from "../record";
import { isListOf, promised } from "./answer";
import type { CloudflareApi } from "./api";
import { modeOf, readFields } from "./content";

/** One record, of any type: Cloudflare keeps one a value, each with its own TTL (1: automatic). */
export interface HeldRecord extends PresentRecord {
  readonly id: string;
  readonly name: string;
  readonly ttl: number;
}

/** The default of the API reference's List DNS Records. */
const PAGE = 100;
/** More than any name has. */
const PAGES_AT_MOST = 100;

/** What the list is asked for: everything at exactly that name, or all names that end so, below others too. */
type NameFilter = { readonly exact: Fqdn } | { readonly endswith: Fqdn };

/** The API's filters ignore case, so names are compared here. */
export async function readRecords(
  api: CloudflareApi,
  zone: Zone,
  filter: NameFilter,
  doing: string,
  ctx: Ctx,
): Promise<readonly HeldRecord[]> {
  const records = new Map<string, RecordResponse>();
  for (let page = 1; ; page += 1) {
    const query = { zone_id: zone.id, name: filter, per_page: PAGE, page };
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
  const all = [...records.values()].map(heldRecord);
  return "exact" in filter ? all.filter(({ name }) => name === filter.exact) : all;
}

function heldRecord(record: RecordResponse): HeldRecord {
  const { id, type, content = "", ttl } = record;
  const priority = record.type === "MX" ? record.priority : undefined;
  const data = isRecordType(type) ? readFields(type, { content, priority }) : undefined;
  const told = record.type === "MX" ? `${record.priority} ${content}` : content;
  return { ...presentRecord(type, data, { told, mode: modeOf(record) }), id, ttl, name: record.name.toLowerCase() };
}

function isWhole(record: RecordResponse): boolean {
  if (!isRecordType(record.type)) return true;
  if (typeof record.content !== "string" || typeof record.ttl !== "number") return false;
  return record.type !== "MX" || typeof record.priority === "number";
}

/** A page after the first that holds nothing new is no page of the list, which would not end. */
function isProgress(page: readonly RecordResponse[], number: number, known: ReadonlyMap<string, unknown>): boolean {
  if (number > PAGES_AT_MOST) return false;
  return number === 1 || page.length === 0 || page.some(({ id }) => !known.has(id));
}

/**
 * The records of each name. Those below a label with an underscore, such as `_domainkey`, come with one request: nothing else
 * is below such a label, so that they are few.
 */
export async function readNames(
  api: CloudflareApi,
  zone: Zone,
  names: readonly Fqdn[],
  doing: string,
  ctx: Ctx,
): Promise<ReadonlyMap<Fqdn, readonly PresentRecord[]>> {
  const found = new Map<Fqdn, readonly PresentRecord[]>();
  for (const filter of filtersFor(zone, names)) {
    const records = await readRecords(api, zone, filter, doing, ctx);
    const read = "exact" in filter ? [filter.exact] : names.filter((name) => isCoveredBy(name, filter.endswith));
    for (const each of read)
      found.set(
        each,
        records.filter(({ name }) => name === each),
      );
  }
  return found;
}

function filtersFor(zone: Zone, names: readonly Fqdn[]): readonly NameFilter[] {
  const parents = [...new Set(names.map(parentOf))].filter((parent) => {
    const covered = names.filter((name) => isCoveredBy(name, parent));
    return parent.startsWith("_") && parent !== zone.name && covered.length > 1;
  });
  const alone = names.filter((name) => !parents.some((parent) => isCoveredBy(name, parent)));
  return [...parents.map((endswith) => ({ endswith })), ...alone.map((exact) => ({ exact }))];
}

function isCoveredBy(name: Fqdn, parent: Fqdn): boolean {
  return name === parent || parentOf(name) === parent;
}
