import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, parentOf, parseFqdn, ROOT } from "../../core/fqdn";
import { segmentFault } from "../../core/http";
import type { Zone } from "../backend";
import type { PresentRecord } from "../present";
import type { RecordKey } from "../record";
import { HOST, type PowerdnsAccess } from "./access";
import { call, callForZone } from "./api";
import { type Doing, fault, garbledFault } from "./faults";
import { type ApiRecord, presentIn, type StoredSet } from "./sets";
import type { Json } from "./zone-stream";

/** What the server's version can do. */
export interface Abilities {
  /** `EXTEND` and `PRUNE`: from 5.0.2, and in 4.9 from 4.9.12. */
  readonly single: boolean;
  /** Whether a name's set can be read with its disabled records; before 5.0 only the whole zone shows them. */
  readonly disabled: boolean;
}

/** `4.7.3`, `5.1.0-alpha1`. What reads differently can do nothing that is new. */
export function abilitiesOf(version: string): Abilities {
  const [major = 0, minor = 0, patch = 0] = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const since = (...[a = 0, b = 0, c = 0]: number[]) =>
    major !== a ? major > a : minor !== b ? minor > b : patch >= c;
  return { single: since(5, 0, 2) || (major === 4 && minor === 9 && patch >= 12), disabled: since(5, 0, 0) };
}

export async function readAbilities(access: PowerdnsAccess, zone: Zone, ctx: Ctx): Promise<Abilities> {
  const doing = `reading the server's version for zone ${zone.name}`;
  const answer = objectOf(await call(access, { method: "GET", path: "" }, doing, ctx));
  if (typeof answer?.version !== "string") throw garbledFault(access, doing, "its answer names no version");
  return abilitiesOf(answer.version);
}

/** The longest zone that holds the name: asked one by one from the name upwards. */
export async function findZone(access: PowerdnsAccess, name: Fqdn, ctx: Ctx): Promise<Zone> {
  const doing = `finding the zone of ${name}`;
  for (let at = name; at !== ROOT; at = parentOf(at)) {
    const zone = await listedZone(access, at, doing, ctx);
    if (zone === undefined) continue;
    // Another server's zone of this name is another zone.
    return { name: at, id: `${access.base} ${zone.id}`, servers: await readServers(access, at, zone.id, ctx) };
  }
  throw fault(access, doing, "zone-missing", "it holds no zone for the name.", {
    hint: 'Check dns.url and dns.serverId, or create the zone. If this program creates the zone, have url wait for it: dns: { kind: "powerdns", url: zone.id.apply(() => "http://…") }.',
    zoneGone: true,
  });
}

/** The zone of exactly that name, as the server's list has it. */
async function listedZone(access: PowerdnsAccess, name: Fqdn, doing: Doing, ctx: Ctx): Promise<ListedZone | undefined> {
  const path = `/zones?zone=${encodeURIComponent(`${name}.`)}&dnssec=false`;
  const answer = await call(access, { method: "GET", path }, doing, ctx);
  if (!Array.isArray(answer)) throw garbledFault(access, doing, "its answer is not a list of zones");
  const zones = answer.map((each) => entryOf(each, access, doing));
  return zones.find((each) => nameOf(each.name) === name);
}

/**
 * Runs what concerns one zone. Where the server answers 404, which a gateway in front of it does too, its list is asked
 * whether the zone is gone.
 */
export async function inZone<T>(access: PowerdnsAccess, zone: Zone, ctx: Ctx, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof DnsHostError) || error.code !== "zone-missing") throw error;
    let listed: ListedZone | undefined;
    try {
      listed = await listedZone(access, zone.name, `looking for zone ${zone.name}`, ctx);
    } catch {
      ctx.signal.throwIfAborted();
      throw error;
    }
    if (listed !== undefined) throw error;
    const { code, message, hint } = error;
    throw new DnsHostError(code, message, { ...(hint === undefined ? {} : { hint }), zoneGone: true });
  }
}

interface ListedZone {
  readonly name: string;
  readonly id: string;
}

/** An id that would lead to another path is none. */
function entryOf(value: unknown, access: PowerdnsAccess, doing: Doing): ListedZone {
  const { name, id } = objectOf(value) ?? {};
  if (typeof name !== "string" || typeof id !== "string" || segmentFault(id) !== undefined) {
    throw garbledFault(access, doing, "its list holds what is no zone");
  }
  return { name, id };
}

/**
 * Where the zone is below the API's server. The API's own id of it, which has no blank in it, ends ours. Throws
 * `DnsHostError` for what would lead to another path.
 */
export function zonePath({ name, id }: Pick<Zone, "name" | "id">): string {
  const own = id.slice(id.lastIndexOf(" ") + 1);
  const wrong = segmentFault(own);
  if (wrong === undefined) return `/zones/${encodeURIComponent(own)}`;
  throw new DnsHostError("host-refused", `${HOST}: the id of zone ${name} ${wrong}.`, {
    hint: "See the server's API.",
  });
}

async function readServers(access: PowerdnsAccess, name: Fqdn, id: string, ctx: Ctx): Promise<readonly string[]> {
  const doing = `reading the name servers of zone ${name}`;
  const query = `?rrset_name=${encodeURIComponent(`${name}.`)}&rrset_type=NS`;
  const zone = await readZone(access, { name, id }, query, { name, type: "NS" }, doing, ctx);
  return storedIn(zone, "NS", access, doing).records.flatMap(({ content }) => nameOf(content) ?? []);
}

/** A zone with one set of it, and the other sets of that name where they were asked for. */
export interface ZoneWithSet {
  /** "Native", "Master", "Primary", "Slave", … */
  readonly kind: string;
  readonly dnssec: boolean;
  readonly apiRectify: boolean;
  readonly soaEditApi: string;
  readonly set: StoredSet;
  /** What is served of the sets that were read, the set's own included. */
  readonly present: readonly PresentRecord[];
}

/**
 * `all`: with the name's other sets, and with the records that are not served; where the server cannot show these for one
 * name, by the whole zone.
 */
export async function readSet(
  access: PowerdnsAccess,
  zone: Zone,
  key: RecordKey,
  all: "none" | "of the name" | "of the whole zone",
  ctx: Ctx,
): Promise<ZoneWithSet> {
  const { name, type } = key;
  const doing = `reading ${name} in zone ${zone.name}`;
  const named = `?rrset_name=${encodeURIComponent(`${name}.`)}`;
  const query = {
    none: `${named}&rrset_type=${type}`,
    "of the name": `${named}&include_disabled=true`,
    "of the whole zone": "",
  }[all];
  const json = await readZone(access, zone, query, all === "none" ? key : { name }, doing, ctx);
  return {
    kind: typeof json.kind === "string" ? json.kind : "",
    dnssec: json.dnssec === true,
    apiRectify: json.api_rectify === true,
    soaEditApi: typeof json.soa_edit_api === "string" ? json.soa_edit_api : "",
    set: storedIn(json, type, access, doing),
    present: presentOf(json, access, doing),
  };
}

/** The zone with the set, or all sets of the name: also of a server that knows no single sets, and sends all. */
async function readZone(
  access: PowerdnsAccess,
  zone: Pick<Zone, "name" | "id">,
  query: string,
  wanted: { readonly name: Fqdn; readonly type?: string },
  doing: Doing,
  ctx: Ctx,
): Promise<Json> {
  const keep = ({ name, type }: Json) =>
    (wanted.type === undefined || type === wanted.type) && nameOf(name) === wanted.name;
  const json = await callForZone(access, zonePath(zone) + query, keep, doing, ctx);
  const named = json?.name === undefined || nameOf(json.name) === zone.name;
  if (json === undefined || typeof json.kind !== "string" || !named) {
    throw garbledFault(access, doing, "its answer is not the zone");
  }
  return json;
}

/** What is served at the name, of every type. */
export async function readName(
  access: PowerdnsAccess,
  zone: Zone,
  name: Fqdn,
  ctx: Ctx,
): Promise<readonly PresentRecord[]> {
  const doing = `reading ${name} in zone ${zone.name}`;
  const query = `?rrset_name=${encodeURIComponent(`${name}.`)}`;
  return presentOf(await readZone(access, zone, query, { name }, doing, ctx), access, doing);
}

function presentOf(json: Json, access: PowerdnsAccess, doing: Doing): readonly PresentRecord[] {
  const sets: readonly unknown[] = Array.isArray(json.rrsets) ? json.rrsets : [];
  return sets.flatMap((each) => {
    const type = objectOf(each)?.type;
    return typeof type === "string" ? presentIn(type, storedSet(each, access, doing)) : [];
  });
}

function storedIn({ rrsets }: Json, type: string, access: PowerdnsAccess, doing: Doing): StoredSet {
  const sets: readonly unknown[] = Array.isArray(rrsets) ? rrsets : [];
  const set = sets.find((each) => objectOf(each)?.type === type);
  return set === undefined ? { ttl: undefined, records: [] } : storedSet(set, access, doing);
}

function storedSet(value: unknown, access: PowerdnsAccess, doing: Doing): StoredSet {
  const set = objectOf(value) ?? {};
  const { ttl } = set;
  const records = Array.isArray(set.records) ? set.records.map(recordOf) : [undefined];
  if (typeof ttl !== "number" || records.some((each) => each === undefined)) {
    throw garbledFault(access, doing, "its answer holds what is no record set");
  }
  const whole = records.flatMap((each) => each ?? []);
  return { ttl: whole.length > 0 ? ttl : undefined, records: whole };
}

function recordOf(value: unknown): ApiRecord | undefined {
  const record = objectOf(value);
  if (typeof record?.content !== "string") return undefined;
  return { content: record.content, disabled: record.disabled === true };
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function nameOf(value: unknown): Fqdn | undefined {
  const parsed = typeof value === "string" ? parseFqdn(value) : undefined;
  return parsed !== undefined && "name" in parsed ? parsed.name : undefined;
}
