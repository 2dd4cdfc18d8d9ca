// #region backend
import type { Ctx } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { type Fqdn, fqdn, isWithin } from "../../../provider/core/fqdn";
import type { DnsBackend, Zone } from "../../../provider/dns/backend";
import { recordConflict } from "../../../provider/dns/conflict";
import { HOLDS_ALL } from "../../../provider/dns/descriptor";
import type { HostSettings } from "../../../provider/dns/named-sets";
import {
  type DnsRecord,
  parsePresentation,
  presentation,
  type RecordKey,
  recordsOf,
  sameData,
} from "../../../provider/dns/record";
import { type ExampleApi, HOST, openApi } from "./api";
import type { ExampleEntry } from "./entry";
import { ANSWERS } from "./shapes";

/** Example DNS adds and removes one value at a time, and does so atomically: other writers lose nothing. */
export function openExample(dns: ExampleEntry, settings: HostSettings): DnsBackend<"example"> {
  const api = openApi(dns, settings);
  const edit = async (action: "add" | "remove", zone: Zone, records: readonly DnsRecord[], ctx: Ctx) => {
    const done: DnsRecord[] = [];
    for (const record of records) if (await write(api, action, zone, record, ctx)) done.push(record);
    return done;
  };
  return {
    kind: "example",
    can: HOLDS_ALL,
    findZone: (name, ctx) => findZone(api, name, ctx),
    list: (zone, key, ctx) => list(api, zone, key, ctx),
    add: async (zone, records, ctx) => ({ added: await edit("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await edit("remove", zone, records, ctx) }),
  } satisfies DnsBackend<"example">;
}
// #endregion

/** The id is the zone's address, which no other server has. */
async function findZone(api: ExampleApi, name: Fqdn, ctx: Ctx): Promise<Zone> {
  const { json } = await api.call("GET", `${api.base}/zones`, `looking for the zone of ${name}`, ctx);
  const zones = ANSWERS.zones(json, `looking for the zone of ${name}`);
  const holding = zones.filter((zone) => isWithin(name, fqdn(zone.name)));
  const [longest] = holding.sort((a, b) => b.name.length - a.name.length);
  if (longest !== undefined) {
    return { name: fqdn(longest.name), id: `${api.base}/zones/${longest.id}`, servers: longest.servers };
  }
  throw new DnsHostError("zone-missing", `${HOST}: there is no zone that holds ${name}.`, {
    hint: 'Create the zone. If this program creates it, have url wait for it: url: zone.id.apply(() => "http://…").',
  });
}

async function list(api: ExampleApi, zone: Zone, { name, type }: RecordKey, ctx: Ctx): Promise<readonly DnsRecord[]> {
  const doing = `reading ${name} in zone ${zone.name}`;
  const { json } = await api.call("GET", `${zone.id}/records?name=${name}&type=${type}`, doing, ctx);
  const { ttl, values } = ANSWERS.set(json, doing);
  return recordsOf(
    name,
    values.map((value) => ({ data: parsePresentation(type, value), ttl })),
  );
}

/** Whether the value was not there, or was. A write that would change nothing is not sent. */
async function write(
  api: ExampleApi,
  action: "add" | "remove",
  zone: Zone,
  record: DnsRecord,
  ctx: Ctx,
): Promise<boolean> {
  const there = (await list(api, zone, record, ctx)).some((each) => sameData(each, record));
  if (there === (action === "add")) return false;
  const { name, type, ttl } = record;
  const doing = `writing ${name} in zone ${zone.name}`;
  const body = { action, name, type, ttl, value: presentation(record) };
  const { status, json } = await api.call("POST", `${zone.id}/records`, doing, ctx, body);
  if (status === 409)
    throw recordConflict(`${HOST}: ${name} in zone ${zone.name}`, type, ANSWERS.standing(json, doing));
  return ANSWERS.change(json, doing).changed;
}
