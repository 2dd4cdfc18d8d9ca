import type { Aws } from "../../aws/aws";
import { sdk } from "../../aws/sdk";
import type { AwsSession } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Flight, openFlight } from "../../core/queues";
import { atLeastHalf, retry } from "../../core/retry";
import type { DnsBackend, Zone } from "../backend";
import { bySet, type Edit, type EditOutcome, openCoalescer } from "../changes";
import { HOLDS_ALL } from "../descriptor";
import { contentsOf, withParents } from "../present";
import { type DnsRecord, keyText, type RecordKey, recordsOf, type WantedRecord } from "../record";
import { openApi, type Route53Api } from "./api";
import { presentIn } from "./contents";
import type { Route53Entry } from "./entry";
import { toHostError, withHostErrors } from "./faults";
import { readNames } from "./list";
import { bareId } from "./names";
import { openZonePages, type ZonePages } from "./pages";
import { readSets, writeEdits } from "./sets";
import { readValue } from "./values";
import { type DelegatedServers, openZones, type Zones } from "./zones";

export interface Route53Options extends Omit<Route53Entry, "kind"> {
  /** Decides between public zones of one name. Without it such twins need `zoneId`. */
  readonly delegatedServers?: DelegatedServers | undefined;
}

interface Synced {
  readonly outcome: EditOutcome;
  readonly sync: Flight<void> | undefined;
}

/** What all back ends of one session share, so that writes to one set are merged and zones are found once. */
interface Shared {
  readonly api: Route53Api;
  readonly pages: ZonePages;
  readonly edit: ReturnType<typeof openCoalescer<Synced>>;
}

/** Route 53 says INSYNC mostly within a minute; after this long it is not waited for any more. */
const SYNC = { withinMs: 600_000, baseMs: 2_000, capMs: 5_000, random: atLeastHalf } as const;

const shared = new WeakMap<AwsSession, Shared>();

function sharedOf(session: AwsSession): Shared {
  const known = shared.get(session);
  if (known !== undefined) return known;
  const api = openApi(session);
  const fresh = { api, pages: openZonePages(api), edit: openCoalescer<Synced>() };
  shared.set(session, fresh);
  return fresh;
}

/** Amazon Route 53. Writes are compare-and-swap: the exact set that was read is deleted and the merged one created in one batch. */
export function openRoute53(options: Route53Options, aws: Aws): DnsBackend {
  const { profile, roleArn, externalId, credentials } = options;
  const { api, pages, edit } = sharedOf(aws.session({ profile, roleArn, externalId, credentials }));
  const zones = openZones(api, pages, options.delegatedServers);
  const zoneId = options.zoneId === undefined ? undefined : bareId(options.zoneId);

  async function change(
    kind: Edit["kind"],
    zone: Zone,
    records: readonly WantedRecord[],
    ctx: Ctx,
  ): Promise<DnsRecord[]> {
    const done = bySet(records).map(async ({ key, records: own }) => {
      const doing = `${kind === "add" ? "adding" : "removing"} ${key.type} values ${kind === "add" ? "to" : "from"} ${key.name} in zone ${zone.name} (${zone.id})`;
      try {
        // As `DnsHostError`, by whose code the coalescer knows whether one edit may be at fault.
        const apply = (edits: readonly Edit[], inner: Ctx) =>
          withHostErrors(doing, () => write(api, zone, key, edits, inner));
        const { outcome, sync } = await edit(`${zone.id} ${keyText(key)}`, { kind, records: own }, apply, ctx);
        await sync?.join(ctx.signal);
        return outcome;
      } catch (error) {
        throw forgetZonesOn(zones, toHostError(error, doing));
      }
    });
    return (await Promise.all(done)).flat();
  }

  return {
    kind: "route53",
    can: HOLDS_ALL,
    findZone: (name, ctx) => (zoneId === undefined ? zones.find(name, ctx) : zones.byId(zoneId, name, ctx)),
    withServers: (zone, ctx) => zones.withServers(zone, ctx),
    async list(zone, key, ctx) {
      const { name, type } = key;
      const own = await withHostErrors(`reading ${name} in zone ${zone.name} (${zone.id})`, () =>
        readSets(api, zone, key, ctx),
      );
      const read = own.flatMap(({ ResourceRecords, TTL }) =>
        (ResourceRecords ?? []).map((record) => ({ data: readValue(type, record), ttl: TTL ?? 0 })),
      );
      return recordsOf(name, read);
    },
    async listNames(zone, names, ctx) {
      const all = withParents(zone.name, names);
      const what = all.length === 1 ? all[0] : `${all.length} names`;
      const sets = await withHostErrors(`reading ${what} in zone ${zone.name} (${zone.id})`, () =>
        readNames(api, zone, all, ctx),
      );
      return contentsOf(zone.name, names, new Map([...sets].map(([name, own]) => [name, presentIn(own)])));
    },
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
  } satisfies DnsBackend;
}

async function write(
  api: Route53Api,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<readonly Synced[]> {
  const { outcomes, changeId } = await writeEdits(api, zone, key, edits, ctx);
  // The wait is not part of the write: the next one to this set does not wait for it.
  const sync =
    changeId === undefined ? undefined : openFlight((signal) => untilSynced(api, changeId, zone, { ...ctx, signal }));
  return outcomes.map((outcome) => ({ outcome, sync: outcome.length === 0 ? undefined : sync }));
}

/** GetChange until it says that all of Route 53's servers have the change. */
async function untilSynced(api: Route53Api, changeId: string, zone: Zone, ctx: Ctx): Promise<void> {
  const { GetChangeCommand } = sdk.route53();
  const client = await api.client();
  await retry(
    async () => {
      const command = new GetChangeCommand({ Id: changeId });
      const answer = await api.call("route53:GetChange", (options) => client.send(command, options), ctx);
      if (answer.ChangeInfo?.Status === "INSYNC") return;
      throw new DnsHostError(
        "host-unavailable",
        `Route 53: the change ${changeId} of zone ${zone.name} (${zone.id}) is still pending.`,
        {
          hint: "Run again; see https://health.aws.amazon.com.",
          retryable: true,
        },
      );
    },
    SYNC,
    ctx,
  );
}

function forgetZonesOn(zones: Zones, error: unknown): unknown {
  if (error instanceof DnsHostError && error.code === "zone-missing") zones.forget();
  return error;
}
