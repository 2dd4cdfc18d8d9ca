import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { HttpBounds } from "../../core/http";
import type { DnsBackend, Zone } from "../backend";
import { bySet, type Edit, type EditOutcome, fingerprint, openCoalescer } from "../changes";
import type { HostSettings } from "../named-sets";
import { contentsOf, withParents } from "../present";
import { type DnsRecord, keyText, recordsOf, type WantedRecord } from "../record";
import { BOUNDS, type CloudflareApi, type LoadSdk, openApi } from "./api";
import type { CloudflareEntry } from "./entry";
import { CLOUDFLARE_CAN } from "./limits";
import { readNames, readRecords } from "./records";
import { readAccess } from "./settings";
import { writeEdits } from "./write";
import { goneOr, openZones, readZone, type Zones } from "./zones";

export type CloudflareOptions = Omit<CloudflareEntry, "kind">;

/** What all back ends with one token share: its limit, its zones, and the queue that merges writes to one set. */
interface Account {
  readonly key: string;
  readonly api: CloudflareApi;
  readonly zones: Zones;
}

interface Shared {
  readonly accounts: Map<string, Account>;
  readonly edit: ReturnType<typeof openCoalescer<EditOutcome>>;
}

/** By the reader of config, which one process has one of. */
const shared = new WeakMap<HostSettings["get"], Shared>();

/**
 * Cloudflare, with its official SDK, which is loaded on the first request. One record a value: what is missing is
 * created, only ours is deleted, so writers do not disturb each other.
 */
export function openCloudflare(
  { zoneId, credentials }: CloudflareOptions,
  settings: HostSettings,
  load: LoadSdk = () => import("cloudflare"),
  bounds: HttpBounds = BOUNDS,
): DnsBackend {
  const { accounts, edit } = sharedOf(settings);

  function account(doing: string): Account {
    const access = readAccess(credentials, settings, doing);
    const key = fingerprint(access.baseUrl ?? "", access.token);
    const known = accounts.get(key);
    if (known !== undefined) return known;
    const fresh = { key, api: openApi(access, load, bounds), zones: openZones() };
    accounts.set(key, fresh);
    return fresh;
  }

  async function change(
    kind: Edit["kind"],
    zone: Zone,
    records: readonly WantedRecord[],
    ctx: Ctx,
  ): Promise<DnsRecord[]> {
    const done = bySet(records).map(async (set) => {
      const what = `${set.key.type} values ${kind === "add" ? "to" : "from"} ${within(zone, set.key.name)}`;
      const doing = `${kind === "add" ? "adding" : "removing"} ${what}`;
      const { key, api, zones } = account(doing);
      const apply = (edits: readonly Edit[], inner: Ctx) => writeEdits(api, zone, set.key, edits, doing, inner);
      return explainAuthError({ api, zones }, zone, doing, ctx, () =>
        edit(`${key} ${zone.id} ${keyText(set.key)}`, { kind, records: set.records }, apply, ctx),
      );
    });
    return (await Promise.all(done)).flat();
  }

  return {
    kind: "cloudflare",
    can: CLOUDFLARE_CAN,
    async findZone(name, ctx) {
      ctx.signal.throwIfAborted();
      const { api, zones } = account(`looking for the zone of ${name}`);
      return zoneId === undefined ? zones.find(api, name, ctx) : zones.byId(api, zoneId, name, ctx);
    },
    async list(zone, key, ctx) {
      const { name, type } = key;
      const doing = `reading ${within(zone, name)}`;
      const { api, zones } = account(doing);
      const read = () => readRecords(api, zone, { exact: name }, doing, ctx);
      const found = await explainAuthError({ api, zones }, zone, doing, ctx, read);
      return recordsOf(
        name,
        found.filter((each) => each.type === type),
      );
    },
    async listNames(zone, names, ctx) {
      const doing = `reading ${names.length} names in zone ${zone.name} (${zone.id})`;
      const { api, zones } = account(doing);
      const read = () => readNames(api, zone, withParents(zone.name, names), doing, ctx);
      return contentsOf(zone.name, names, await explainAuthError({ api, zones }, zone, doing, ctx, read));
    },
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
  } satisfies DnsBackend;
}

function sharedOf({ get }: HostSettings): Shared {
  const known = shared.get(get);
  if (known !== undefined) return known;
  const fresh: Shared = { accounts: new Map(), edit: openCoalescer<EditOutcome>() };
  shared.set(get, fresh);
  return fresh;
}

function within(zone: Zone, name: Fqdn): string {
  return `${name} in zone ${zone.name} (${zone.id})`;
}

/**
 * For a record the API says "Authentication error" to an unknown token, for an unknown zone and without permission alike;
 * asked for the zone, it tells which.
 */
async function explainAuthError<T>(
  { api, zones }: Pick<Account, "api" | "zones">,
  zone: Zone,
  doing: string,
  ctx: Ctx,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const reason = codeOf(error) === "permission-missing" ? await reasonAt(api, zone, doing, ctx, error) : error;
    const told = await goneOr(reason, api, zone.id, [zone.name], ctx);
    if (codeOf(told) === "zone-missing") zones.forget();
    throw told;
  }
}

async function reasonAt(api: CloudflareApi, zone: Zone, doing: string, ctx: Ctx, error: unknown): Promise<unknown> {
  try {
    await readZone(api, zone.id, doing, ctx);
    return error;
  } catch (reason) {
    ctx.signal.throwIfAborted();
    const code = codeOf(reason);
    return code === "credentials-refused" || code === "zone-missing" ? reason : error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DnsHostError ? error.code : undefined;
}
