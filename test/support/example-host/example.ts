// #region backend
import type { Ctx } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { type Fqdn, fqdn, isWithin } from "../../../provider/core/fqdn";
import type { DnsBackend, Zone } from "../../../provider/dns/backend";
import { bySet, type Edit, type EditOutcome, openCoalescer } from "../../../provider/dns/changes";
import { RecordConflictError } from "../../../provider/dns/conflict";
import { HOLDS_ALL } from "../../../provider/dns/descriptor";
import type { HostSettings } from "../../../provider/dns/named-sets";
import { presentRecord, readContents } from "../../../provider/dns/present";
import {
  comparable,
  isRecordType,
  keyText,
  parsePresentation,
  presentation,
  type RecordKey,
  type RecordType,
  recordsOf,
  type WantedRecord,
} from "../../../provider/dns/record";
import { conflictIn, isOwnName } from "../../../provider/dns/sharing";
import { type ExampleApi, HOST, openApi } from "./api";
import type { ExampleEntry } from "./entry";
import { ANSWERS } from "./shapes";

/** Example DNS changes a name only where it is as the client saw it: other writers lose nothing. */
export function openExample(dns: ExampleEntry, settings: HostSettings): DnsBackend<"example"> {
  const api = openApi(dns, settings);
  const edit = openCoalescer<EditOutcome>(); // writes of this process to one set travel together
  const change = async (kind: Edit["kind"], zone: Zone, records: readonly WantedRecord[], ctx: Ctx) => {
    const done = bySet(records).map(({ key, records: own }) => {
      const apply = (edits: readonly Edit[], inner: Ctx) => write(api, zone, key, edits, inner);
      return edit(`${zone.id} ${keyText(key)}`, { kind, records: own }, apply, ctx);
    });
    return (await Promise.all(done)).flat();
  };
  return {
    kind: "example",
    can: HOLDS_ALL,
    findZone: (name, ctx) => findZone(api, name, ctx),
    async list(zone, { name, type }, ctx) {
      const found = await read(api, zone, name, ctx);
      const own = found.flatMap(({ data, ttl }) => (data?.type === type ? [{ data, ttl: ttl ?? 0 }] : []));
      return recordsOf(name, own);
    },
    listNames: (zone, names, ctx) => readContents(zone.name, names, (name) => read(api, zone, name, ctx)),
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
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

/** Everything at the name. */
async function seenAt(api: ExampleApi, zone: Zone, name: Fqdn, ctx: Ctx) {
  const doing = `reading ${name} in zone ${zone.name}`;
  const { json } = await api.call("GET", `${zone.id}/records?name=${name}`, doing, ctx);
  const seen = ANSWERS.records(json, doing);
  const present = seen.map(({ type, ttl, value }) =>
    presentRecord(type, isRecordType(type) ? parsePresentation(type, value) : undefined, { told: value, ttl }),
  );
  return { seen, present };
}

async function read(api: ExampleApi, zone: Zone, name: Fqdn, ctx: Ctx) {
  return (await seenAt(api, zone, name, ctx)).present;
}

const TRIES = 200;

/** One outcome an edit: the records that were not there, or that were. A write that would change nothing is not sent. */
async function write(
  api: ExampleApi,
  zone: Zone,
  { name, type }: RecordKey,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<readonly EditOutcome[]> {
  const doing = `writing ${name} in zone ${zone.name}`;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { seen, present } = await seenAt(api, zone, name, ctx);
    const found = conflictIn(present, edits);
    if (found) throw new RecordConflictError({ host: HOST, zone, name, wanted: type, present: found.present });
    const own = seen.filter((each) => each.type === type);
    const values = new Map(own.map(({ value }) => [readData(type, value), value]));
    const outcomes = edits.map(({ kind, records }) =>
      records.filter((record) => {
        const data = comparable(record);
        if (values.has(data) === (kind === "add")) return false;
        if (isOwnName(record)) values.clear();
        if (kind === "remove") return values.delete(data);
        return values.set(data, presentation(record)).has(data);
      }),
    );
    const kept = [...values.values()];
    if (kept.length === own.length && own.every(({ value }) => kept.includes(value))) return outcomes;
    const ttl = own[0]?.ttl ?? edits.flatMap(({ records }) => records)[0]?.ttl;
    const body = { name, type, ttl, expect: seen, values: kept };
    const { status } = await api.call("POST", `${zone.id}/records`, doing, ctx, body);
    if (status !== 409) return outcomes;
  }
  throw new DnsHostError("host-unavailable", `${HOST}: ${doing} failed: others keep changing it.`, { retryable: true });
}

function readData(type: RecordType, value: string): string {
  const data = parsePresentation(type, value);
  return data === undefined ? value : comparable(data);
}
