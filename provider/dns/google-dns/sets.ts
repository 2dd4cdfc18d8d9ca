import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { atLeastHalf, retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { namedConflict, RecordConflictError } from "../conflict";
import { type PresentRecord, presentRecord } from "../present";
import { isRecordType, parsePresentation, type RecordKey } from "../record";
import { removedBy, untilGone } from "../removal";
import { conflictIn } from "../sharing";
import { type ApiRecordSet, readChange, readRecordSets } from "./answer";
import type { GoogleDnsApi } from "./api";
import { isOvertaken, toHostError } from "./faults";
import { comparableData, merge } from "./merge";
import { eachPage } from "./pages";
import { placeOf } from "./zones";

export interface WrittenChange {
  readonly outcomes: readonly EditOutcome[];
  /** To wait for; `undefined` where nothing had to be changed. */
  readonly changeId: string | undefined;
}

/** Under contention a change is built again until it applies; only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 150, capMs: 2_000 } as const;
/** Cloud DNS says done mostly within a minute; after this long it is not waited for any more. */
const SERVED = { withinMs: 600_000, baseMs: 1_000, capMs: 5_000, random: atLeastHalf } as const;

/** The sets at exactly that name. */
export async function readSets(
  api: GoogleDnsApi,
  zone: Zone,
  name: Fqdn,
  doing: string,
  ctx: Ctx,
): Promise<readonly ApiRecordSet[]> {
  const { project, managedZone } = placeOf(zone);
  const path = ["managedZones", managedZone, "rrsets"];
  const ask = (pageToken: string | undefined) => {
    const query = { name: `${name}.`, pageToken };
    const request = { method: "GET", path, query, kind: "dns#resourceRecordSetsListResponse" } as const;
    return api.call(project, request, readRecordSets, doing, ctx);
  };
  return (await eachPage(ask, doing)).filter((set) => nameOf(set.name) === name);
}

/** What the sets hold, record by record; of one with a routing policy, one that says only that it is there. */
export function presentIn(sets: readonly ApiRecordSet[]): readonly PresentRecord[] {
  return sets.flatMap(({ type, ttl, rrdatas, routingPolicy }) => {
    if (routingPolicy !== undefined) return [presentRecord(type, undefined, { ttl, mode: "routed" })];
    return rrdatas.map((told) =>
      presentRecord(type, isRecordType(type) ? parsePresentation(type, told) : undefined, { told, ttl }),
    );
  });
}

/** Reads, merges, and writes as a compare-and-swap, again as long as others write in between. Throws `DnsHostError`. */
export async function writeEdits(
  api: GoogleDnsApi,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  doing: string,
  ctx: Ctx,
): Promise<WrittenChange> {
  const { project, managedZone } = placeOf(zone);
  const path = ["managedZones", managedZone, "changes"];
  let first: readonly EditOutcome[] | undefined;
  let changed = false;
  const write = async () => {
    const found = await readSets(api, zone, key.name, doing, ctx);
    refuseConflicts(found, zone, key, edits);
    const { deletions, additions, outcomes } = merge(key, plainSet(found, key), edits);
    // A write that was cut off after its effect is found done the next time: what it did is what the first reading lacked.
    first ??= outcomes;
    if (deletions.length + additions.length === 0) return { outcomes: first, changeId: undefined };
    const request = { method: "POST", path, body: { deletions, additions }, kind: "dns#change" } as const;
    const change = await api.call(project, request, readChange, doing, ctx);
    changed = true;
    return { outcomes: first, changeId: change.done ? undefined : change.id };
  };
  const written = await retry(write, { ...CONTENTION, worthwhile: isOvertaken }, ctx).catch(async (error: unknown) => {
    const read = async () => presentIn(await readSets(api, zone, key.name, doing, ctx));
    throw await namedConflict(toHostError(error, doing, []), placedAt(zone, key), edits, read);
  });
  const held = async () => {
    const own = plainSet(await readSets(api, zone, key.name, doing, ctx), key);
    return new Set((own?.rrdatas ?? []).map((data) => comparableData(key.type, data)));
  };
  await untilGone(changed ? removedBy(edits) : [], held, `Google Cloud DNS: ${doing} failed`, ctx);
  return written;
}

/** Resolves once Cloud DNS says that all its name servers have the change. */
export async function untilServed(
  api: GoogleDnsApi,
  zone: Zone,
  changeId: string,
  doing: string,
  ctx: Ctx,
): Promise<void> {
  const { project, managedZone } = placeOf(zone);
  const request = {
    method: "GET",
    path: ["managedZones", managedZone, "changes", changeId],
    kind: "dns#change",
  } as const;
  let pending = false;
  const look = async () => {
    pending = false;
    const change = await api.call(project, request, readChange, doing, ctx);
    if (change.done) return;
    pending = true;
    throw new DnsHostError("host-unavailable", `Google Cloud DNS: ${doing}: the change ${changeId} is still pending.`, {
      hint: "Run again; see https://status.cloud.google.com.",
      retryable: true,
    });
  };
  await retry(look, { ...SERVED, worthwhile: () => pending }, ctx);
}

function nameOf(text: string): Fqdn | undefined {
  const parsed = parseFqdn(text);
  return "name" in parsed ? parsed.name : undefined;
}

/** The set of the type whose values are its own. One with a routing policy has several, and is none of ours. */
function plainSet(sets: readonly ApiRecordSet[], { type }: RecordKey): ApiRecordSet | undefined {
  return sets.find((set) => set.type === type && set.routingPolicy === undefined);
}

function placedAt(zone: Zone, { name, type }: RecordKey) {
  return { host: "Google Cloud DNS", zone, name, wanted: type };
}

function refuseConflicts(sets: readonly ApiRecordSet[], zone: Zone, key: RecordKey, edits: readonly Edit[]): void {
  const { name, type } = key;
  const found = conflictIn(presentIn(sets), edits);
  if (found !== undefined) {
    throw new RecordConflictError({ ...placedAt(zone, key), present: found.present });
  }
  // Values of texts may be in any of its parts, ours too.
  if (type === "TXT" && sets.some((set) => set.type === type && set.routingPolicy !== undefined)) {
    throw new DnsHostError(
      "host-refused",
      `Google Cloud DNS: ${name} in zone ${zone.name} (${zone.id}): the TXT set has a routing policy; its values are not one set.`,
      { hint: "Replace it by a plain TXT record set." },
    );
  }
}
