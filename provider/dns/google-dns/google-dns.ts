import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { HttpBounds } from "../../core/http";
import { type Flight, openFlight } from "../../core/queues";
import type { DnsBackend, Zone } from "../backend";
import { bySet, type Edit, type EditOutcome, fingerprint, openCoalescer } from "../changes";
import { HOLDS_ALL } from "../descriptor";
import type { HostSettings } from "../named-sets";
import { readContents } from "../present";
import { type DnsRecord, keyText, parsePresentation, recordsOf, type WantedRecord } from "../record";
import { BOUNDS, type GoogleDnsApi, openApi } from "./api";
import type { GoogleDnsEntry } from "./entry";
import { presentIn, readSets, untilServed, writeEdits } from "./sets";
import { readAccess } from "./settings";
import type { LoadAuth } from "./tokens";
import { type DelegatedServers, goneOr, openZones, placeOf, type Zones } from "./zones";

export interface GoogleDnsOptions extends Omit<GoogleDnsEntry, "kind"> {
  /** Decides between public zones of one name. Without it such twins need `zone`. */
  readonly delegatedServers?: DelegatedServers | undefined;
}

interface Served {
  readonly outcome: EditOutcome;
  readonly served: Flight<void> | undefined;
}

/** What all back ends with one set of credentials share: its tokens, and the queue that merges writes to one set. */
interface Account {
  readonly key: string;
  readonly api: GoogleDnsApi;
}

interface Shared {
  readonly accounts: Map<string, Account>;
  readonly edit: ReturnType<typeof openCoalescer<Served>>;
}

/** By the reader of config, which one process has one of. */
const shared = new WeakMap<HostSettings["get"], Shared>();

/**
 * Google Cloud DNS, by its REST API; tokens by Google's own library, which is loaded on the first request that needs it.
 * Writes are compare-and-swap: the exact set that was read is deleted and the merged one added in one change.
 */
export function openGoogleDns(
  { project, zone: zoneId, credentials, delegatedServers }: GoogleDnsOptions,
  settings: HostSettings,
  load: LoadAuth = () => import("google-auth-library"),
  bounds: HttpBounds = BOUNDS,
): DnsBackend {
  const { accounts, edit } = sharedOf(settings);
  const zones = openZones(delegatedServers);

  function account(doing: string): Account {
    const access = readAccess(credentials, settings, doing);
    const { grant } = access;
    const secret = grant.kind === "token" ? grant.token : grant.kind === "key" ? grant.text : "";
    const key = fingerprint(access.baseUrl, access.project ?? "", grant.kind, secret);
    const known = accounts.get(key);
    if (known !== undefined) return known;
    const fresh = { key, api: openApi(access, load, bounds) };
    accounts.set(key, fresh);
    return fresh;
  }

  async function change(
    kind: Edit["kind"],
    zone: Zone,
    records: readonly WantedRecord[],
    ctx: Ctx,
  ): Promise<DnsRecord[]> {
    const done = bySet(records).map(async ({ key: set, records: own }) => {
      const doing = `${kind === "add" ? "adding to" : "removing from"} the ${set.type} set of ${within(zone, set.name)}`;
      const { key, api } = account(doing);
      const apply = async (edits: readonly Edit[], inner: Ctx): Promise<readonly Served[]> => {
        const { outcomes, changeId } = await writeEdits(api, zone, set, edits, doing, inner);
        // The wait is not part of the write: the next one to this set does not wait for it.
        const served =
          changeId === undefined
            ? undefined
            : openFlight((signal) => untilServed(api, zone, changeId, doing, { ...inner, signal }));
        return outcomes.map((outcome) => ({ outcome, served: outcome.length === 0 ? undefined : served }));
      };
      return explainMissingZone(api, zones, zone, ctx, async () => {
        const { outcome, served } = await edit(`${key} ${zone.id} ${keyText(set)}`, { kind, records: own }, apply, ctx);
        await served?.join(ctx.signal);
        return outcome;
      });
    });
    return (await Promise.all(done)).flat();
  }

  return {
    kind: "googleDns",
    can: HOLDS_ALL,
    async findZone(name, ctx) {
      ctx.signal.throwIfAborted();
      const doing = `looking for the zone of ${name}`;
      const { api } = account(doing);
      const inProject = project ?? (await api.project(doing, ctx));
      return zoneId === undefined
        ? zones.find(api, inProject, name, ctx)
        : zones.byId(api, inProject, zoneId, name, ctx);
    },
    async list(zone, set, ctx) {
      const { name, type } = set;
      const doing = `reading the ${type} set of ${within(zone, name)}`;
      const { api } = account(doing);
      const sets = await explainMissingZone(api, zones, zone, ctx, () => readSets(api, zone, name, doing, ctx));
      const own = sets.find((each) => each.type === type);
      const read = (own?.rrdatas ?? []).map((each) => ({ data: parsePresentation(type, each), ttl: own?.ttl ?? 0 }));
      return recordsOf(name, read);
    },
    async listNames(zone, names, ctx) {
      const doing = `reading ${names.length} names of zone ${zone.name} (${zone.id})`;
      const { api } = account(doing);
      const one = async (name: Fqdn) => presentIn(await readSets(api, zone, name, doing, ctx));
      return explainMissingZone(api, zones, zone, ctx, () => readContents(zone.name, names, one));
    },
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
  } satisfies DnsBackend;
}

function sharedOf({ get }: HostSettings): Shared {
  const known = shared.get(get);
  if (known !== undefined) return known;
  const fresh: Shared = { accounts: new Map(), edit: openCoalescer<Served>() };
  shared.set(get, fresh);
  return fresh;
}

function within(zone: Zone, name: Fqdn): string {
  return `${name} in zone ${zone.name} (${zone.id})`;
}

/** A zone that its id does not lead to is asked for by its name: only a list that lacks it says that it is gone. */
async function explainMissingZone<T>(
  api: GoogleDnsApi,
  zones: Zones,
  zone: Zone,
  ctx: Ctx,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { project, managedZone } = placeOf(zone);
    const told = await goneOr(error, api, project, managedZone, [zone.name], ctx);
    if (told instanceof DnsHostError && told.code === "zone-missing") zones.forget();
    throw told;
  }
}
