import type { Ctx } from "../../core/ctx";
import { type Fqdn, parentOf, parseFqdn, ROOT } from "../../core/fqdn";
import type { Zone } from "../backend";
import type { Access } from "./access";
import { call } from "./api";
import { type Doing, fault, garbledFault } from "./faults";
import type { ApiRecord, StoredSet } from "./sets";

type Json = Readonly<Record<string, unknown>>;

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

export async function readAbilities(access: Access, zone: Zone, ctx: Ctx): Promise<Abilities> {
  const doing = `reading the server's version for zone ${zone.name}`;
  const answer = objectOf(await call(access, { method: "GET", path: "" }, doing, ctx));
  return abilitiesOf(typeof answer?.version === "string" ? answer.version : "");
}

/** The longest zone that holds the name: asked one by one from the name upwards. */
export async function findZone(access: Access, name: Fqdn, ctx: Ctx): Promise<Zone> {
  const doing = `finding the zone of ${name}`;
  for (let at = name; at !== ROOT; at = parentOf(at)) {
    const path = `/zones?zone=${encodeURIComponent(`${at}.`)}&dnssec=false`;
    const answer = await call(access, { method: "GET", path }, doing, ctx);
    if (!Array.isArray(answer)) throw garbledFault(access, doing, "its answer is not a list of zones");
    const zone = answer.map(objectOf).find((each) => nameOf(each?.name) === at);
    if (typeof zone?.id !== "string") continue;
    // Another server's zone of this name is another zone.
    return { name: at, id: `${access.base} ${zone.id}`, servers: await readServers(access, at, zone.id, ctx) };
  }
  throw fault(access, doing, "zone-missing", "it holds no zone for the name.", {
    hint: 'Check dns.url and dns.serverId, or create the zone. If this program creates the zone, have url wait for it: dns: { kind: "powerdns", url: zone.id.apply(() => "http://…") }.',
  });
}

/** Where the zone is below the API's server. The API's own id of it, which has no blank in it, ends ours. */
export function zonePath({ id }: Pick<Zone, "id">): string {
  return `/zones/${encodeURIComponent(id.slice(id.lastIndexOf(" ") + 1))}`;
}

async function readServers(access: Access, name: Fqdn, id: string, ctx: Ctx): Promise<readonly string[]> {
  const doing = `reading the name servers of zone ${name}`;
  const zone = await readZone(
    access,
    zonePath({ id }),
    `?rrset_name=${encodeURIComponent(`${name}.`)}&rrset_type=NS`,
    doing,
    ctx,
  );
  return recordsOf(zone, name, "NS").records.flatMap(({ content }) => nameOf(content) ?? []);
}

/** A zone with one set of it. */
export interface ZoneWithSet {
  /** "Native", "Master", "Primary", "Slave", … */
  readonly kind: string;
  readonly dnssec: boolean;
  readonly apiRectify: boolean;
  readonly soaEditApi: string;
  readonly set: StoredSet;
}

/** `disabled`: with the records that are not served; where the server cannot show them for one name, by the whole zone. */
export async function readSet(
  access: Access,
  zone: Zone,
  name: Fqdn,
  disabled: "none" | "of the name" | "of the whole zone",
  ctx: Ctx,
): Promise<ZoneWithSet> {
  const doing = `reading ${name} in zone ${zone.name}`;
  const one = `?rrset_name=${encodeURIComponent(`${name}.`)}&rrset_type=TXT`;
  const query = { none: one, "of the name": `${one}&include_disabled=true`, "of the whole zone": "" }[disabled];
  const json = await readZone(access, zonePath(zone), query, doing, ctx);
  return {
    kind: typeof json.kind === "string" ? json.kind : "",
    dnssec: json.dnssec === true,
    apiRectify: json.api_rectify === true,
    soaEditApi: typeof json.soa_edit_api === "string" ? json.soa_edit_api : "",
    set: recordsOf(json, name, "TXT"),
  };
}

async function readZone(access: Access, path: string, query: string, doing: Doing, ctx: Ctx): Promise<Json> {
  const json = objectOf(await call(access, { method: "GET", path: path + query }, doing, ctx));
  if (json === undefined) throw garbledFault(access, doing, "its answer is not a zone");
  return json;
}

function recordsOf(zone: Json, name: Fqdn, type: string): StoredSet {
  const sets: readonly unknown[] = Array.isArray(zone.rrsets) ? zone.rrsets : [];
  const set = sets.map(objectOf).find((each) => each?.type === type && nameOf(each.name) === name);
  const records: readonly unknown[] = Array.isArray(set?.records) ? set.records : [];
  return {
    ttl: typeof set?.ttl === "number" && records.length > 0 ? set.ttl : undefined,
    records: records.flatMap((each): ApiRecord[] => {
      const record = objectOf(each);
      if (typeof record?.content !== "string") return [];
      return [{ content: record.content, disabled: record.disabled === true }];
    }),
  };
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function nameOf(value: unknown): Fqdn | undefined {
  const parsed = typeof value === "string" ? parseFqdn(value) : undefined;
  return parsed !== undefined && "name" in parsed ? parsed.name : undefined;
}
