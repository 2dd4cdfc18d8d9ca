import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { atLeastHalf, retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit, EditOutcome } from "../changes";
import { recordConflict } from "../conflict";
import type { RecordKey } from "../record";
import { removedBy, untilGone } from "../removal";
import { type ApiRecordSet, readChange, readRecordSets } from "./answer";
import type { GoogleDnsApi } from "./api";
import { isOvertaken, toHostError } from "./faults";
import { comparableData, merge } from "./merge";
import { eachPage } from "./pages";
import { placeOf } from "./zones";

export interface FoundSet {
  /** The set of the type that was asked for. */
  readonly own: ApiRecordSet | undefined;
  /** Where a CNAME at the name points; no other record can stand there too (RFC 1034 section 3.6.2). */
  readonly cname: string | undefined;
  /** The types of the other sets there. */
  readonly types: readonly string[];
}

export interface WrittenChange {
  readonly outcomes: readonly EditOutcome[];
  /** To wait for; `undefined` where nothing had to be changed. */
  readonly changeId: string | undefined;
}

/** Under contention a change is built again until it applies; only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 150, capMs: 2_000 } as const;
/** Cloud DNS says done mostly within a minute; after this long it is not waited for any more. */
const SERVED = { withinMs: 600_000, baseMs: 1_000, capMs: 5_000, random: atLeastHalf } as const;

/** What is at exactly the key's name. */
export async function readSets(
  api: GoogleDnsApi,
  zone: Zone,
  key: RecordKey,
  doing: string,
  ctx: Ctx,
): Promise<FoundSet> {
  const { project, managedZone } = placeOf(zone);
  const path = ["managedZones", managedZone, "rrsets"];
  const ask = (pageToken: string | undefined) => {
    const query = { name: `${key.name}.`, pageToken };
    const request = { method: "GET", path, query, kind: "dns#resourceRecordSetsListResponse" } as const;
    return api.call(project, request, readRecordSets, doing, ctx);
  };
  const sets = (await eachPage(ask, doing)).filter((set) => nameOf(set.name) === key.name);
  const alias = sets.find(({ type }) => type === "CNAME");
  return {
    own: sets.find(({ type }) => type === key.type),
    cname: alias && (alias.rrdatas[0] ?? "another name"),
    types: sets.flatMap(({ type }) => (type === key.type ? [] : [type])),
  };
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
    const found = await readSets(api, zone, key, doing, ctx);
    refuseConflicts(found, zone, key, edits);
    const { deletions, additions, outcomes, taken } = merge(key, found.own, edits);
    if (taken !== undefined) throw recordConflict(whereOf(zone, key), key.type, { cname: taken });
    // A write that was cut off after its effect is found done the next time: what it did is what the first reading lacked.
    first ??= outcomes;
    if (deletions.length + additions.length === 0) return { outcomes: first, changeId: undefined };
    const request = { method: "POST", path, body: { deletions, additions }, kind: "dns#change" } as const;
    const change = await api.call(project, request, readChange, doing, ctx);
    changed = true;
    return { outcomes: first, changeId: change.done ? undefined : change.id };
  };
  const written = await retry(write, { ...CONTENTION, worthwhile: isOvertaken }, ctx).catch((error: unknown) => {
    throw toHostError(error, doing, []);
  });
  const held = async () => {
    const { own } = await readSets(api, zone, key, doing, ctx);
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

function refuseConflicts({ own, cname, types }: FoundSet, zone: Zone, key: RecordKey, edits: readonly Edit[]): void {
  const where = whereOf(zone, key);
  const adds = edits.some(({ kind }) => kind === "add");
  if (adds && key.type !== "CNAME" && cname !== undefined) throw recordConflict(where, key.type, { cname });
  if (adds && key.type === "CNAME" && types.length > 0) {
    throw recordConflict(where, key.type, { types: types.join(", ") });
  }
  if (own?.routingPolicy !== undefined) {
    throw new DnsHostError(
      "host-refused",
      `${where}: the ${key.type} set has a routing policy; its values are not one set.`,
      {
        hint: `Replace it by a plain ${key.type} record set.`,
      },
    );
  }
}

function whereOf(zone: Zone, { name }: RecordKey): string {
  return `Google Cloud DNS: ${name} in zone ${zone.name} (${zone.id})`;
}
