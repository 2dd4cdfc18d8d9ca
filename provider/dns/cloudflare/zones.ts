import type { Zone as CloudflareZone } from "cloudflare/resources/zones/zones" with { "resolution-mode": "import" };
import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, isWithin, parentOf, parseFqdn, ROOT } from "../../core/fqdn";
import { segmentFault } from "../../core/http";
import { openSingleFlight } from "../../core/queues";
import type { Zone } from "../backend";
import { isEntry, isListOf, promised } from "./answer";
import type { CloudflareApi } from "./api";

/** Cloudflare's API reference, List Zones: 5 to 50 a page. */
const PAGE = 50;

/**
 * A zone that the same program makes is listed by the time that its resources are asked for: Pulumi's providers wait longer.
 * Names of one domain, such as three keys below `_domainkey`, ask for the same zones within that time.
 */
const LACKING_MS = 10_000;

/** Zones that one token reaches, kept once found. That a name has no zone is kept for a moment only, and where another zone holds it. */
export interface Zones {
  find(api: CloudflareApi, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** The zone by its id; one that does not hold `name` is an error. */
  byId(api: CloudflareApi, id: string, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** For when a zone turns out to be gone. */
  forget(): void;
}

export function openZones(): Zones {
  const byName = new Map<Fqdn, Zone>();
  const byId = new Map<string, Zone>();
  /** Names of which the list had no zone, and when. */
  const lacking = new Map<Fqdn, number>();
  const flight = openSingleFlight<Zone | "none" | "others">();

  /** The longest zone that holds the name. `fresh`: what was found missing a moment ago is asked for again. */
  async function search(api: CloudflareApi, name: Fqdn, ctx: Ctx, fresh: boolean) {
    let gone = true;
    let kept = false;
    for (const candidate of candidates(name)) {
      const known = byName.get(candidate);
      if (known !== undefined) return { zone: known, gone, kept };
      const atMs = lacking.get(candidate) ?? Number.NEGATIVE_INFINITY;
      if (!fresh && ctx.clock.now() - atMs < LACKING_MS) {
        kept = true;
        continue;
      }
      const run = (signal: AbortSignal) => ask(api, candidate, name, { ...ctx, signal });
      const zone = await flight(candidate, run, ctx.signal);
      // A list of other zones than the one asked for says nothing of that one.
      if (zone === "others") gone = false;
      if (zone === "none") lacking.set(candidate, ctx.clock.now());
      if (typeof zone === "string") continue;
      byName.set(candidate, zone);
      return { zone, gone, kept };
    }
    return { zone: undefined, gone, kept };
  }

  return {
    async find(api, name, ctx) {
      const first = await search(api, name, ctx, false);
      // A zone may have been made since.
      const { zone, gone } = first.zone === undefined && first.kept ? await search(api, name, ctx, true) : first;
      if (zone !== undefined) return zone;
      throw zoneMissing(
        `no zone that this API token reaches holds ${name}.`,
        'Add the zone to the account, give the token the permission Zone / Zone / Read for it, or correct the domain. If this program creates the zone, pass its zoneId: dns: { kind: "cloudflare", zoneId: zone.id }.',
        gone,
      );
    },
    async byId(api, id, name, ctx) {
      const read = () => readZone(api, id, `reading the zone ${id} for ${name}`, ctx);
      const zone =
        byId.get(id) ??
        served(
          await read().catch(async (error: unknown) => {
            throw await goneOr(error, api, id, candidates(name), ctx);
          }),
          name,
        );
      if (!isWithin(name, zone.name)) {
        throw zoneMissing(
          `the zone ${id} is ${zone.name}, which does not hold ${name}.`,
          "Correct zoneId, or leave it out: the zone is then found by name.",
        );
      }
      byId.set(id, zone);
      return zone;
    },
    forget() {
      byName.clear();
      byId.clear();
      lacking.clear();
    },
  };
}

export async function readZone(api: CloudflareApi, id: string, doing: string, ctx: Ctx): Promise<CloudflareZone> {
  const fault = segmentFault(id);
  if (fault !== undefined) {
    throw new DnsHostError("host-refused", `Cloudflare: ${doing} failed: the zone's id ${fault}.`, {
      hint: "Set zoneId to the zone's id: 32 hexadecimal digits.",
    });
  }
  return api.call(
    doing,
    (client, options) =>
      promised(client.zones.get({ zone_id: id }, options), (zone) => isEntry(zone, "name") && zone.id === id),
    ctx,
  );
}

/** Longest first, up to the registrable domain: Cloudflare serves no public suffix. */
function candidates(name: Fqdn): Fqdn[] {
  const top = getDomain(name, { allowPrivateDomains: false, validateHostname: false }) ?? undefined;
  const names: Fqdn[] = [];
  for (let at = name; at !== ROOT; at = parentOf(at)) {
    names.push(at);
    if (at === top) break;
  }
  return names;
}

/** A question per name, since a token that is limited to one zone may not list without one. */
async function ask(api: CloudflareApi, candidate: Fqdn, name: Fqdn, ctx: Ctx): Promise<Zone | "none" | "others"> {
  const listed = await listZones(api, candidate, `looking for the zone ${candidate} of ${name}`, ctx);
  const found = listed.filter((zone) => zone.name.toLowerCase() === candidate);
  const active = found.filter(({ status }) => status === "active");
  const [best, ...others] = active.length > 0 ? active : found;
  if (best === undefined) return listed.length === 0 ? "none" : "others";
  if (others.length === 0) return served(best, name);
  const ids = [best, ...others].map(({ id }) => id).join(", ");
  throw zoneMissing(
    `${others.length + 1} zones named ${candidate} are within this token's reach (${ids}); none was chosen for ${name}.`,
    "Set zoneId to the zone that the domain is delegated to.",
  );
}

async function listZones(api: CloudflareApi, name: Fqdn, doing: string, ctx: Ctx): Promise<readonly CloudflareZone[]> {
  const page = await api.call(
    doing,
    (client, options) =>
      promised(client.zones.list({ name, per_page: PAGE }, options), ({ result }) => isListOf(result, "name")),
    ctx,
  );
  return page.result;
}

/**
 * The error of a zone that its id does not lead to; with `zoneGone` where the lists of the names it may have lack it too.
 * `names`: of the zone.
 */
export async function goneOr(
  error: unknown,
  api: CloudflareApi,
  id: string,
  names: readonly Fqdn[],
  ctx: Ctx,
): Promise<unknown> {
  if (!(error instanceof DnsHostError) || error.code !== "zone-missing") return error;
  try {
    for (const name of names) {
      const listed = await listZones(api, name, `looking for the zone ${name}`, ctx);
      if (listed.some((zone) => zone.id === id || zone.name.toLowerCase() !== name)) return error;
    }
  } catch {
    ctx.signal.throwIfAborted();
    return error;
  }
  const { code, message, hint } = error;
  return new DnsHostError(code, message, { ...(hint === undefined ? {} : { hint }), zoneGone: true });
}

/** The records of a partial (CNAME) setup are served by another DNS host (developers.cloudflare.com/dns/zone-setups/partial-setup). */
function served(zone: CloudflareZone, name: Fqdn): Zone {
  const parsed = parseFqdn(zone.name);
  if (!("name" in parsed)) throw zoneMissing(`the zone ${zone.id} has a name that does not parse.`, "Set zoneId.");
  if (zone.type !== undefined && zone.type !== "full") {
    throw zoneMissing(
      `the zone ${parsed.name} (${zone.id}) is a ${zone.type} setup: ${name} is served, or written, elsewhere.`,
      "Name the host that holds the zone's records in dns.",
    );
  }
  const vanity = zone.vanity_name_servers ?? [];
  const servers = vanity.length > 0 ? vanity : (zone.name_servers ?? []);
  return {
    name: parsed.name,
    id: zone.id,
    servers: servers.map((server) => server.toLowerCase().replace(/\.$/, "")),
  };
}

function zoneMissing(message: string, hint: string, zoneGone = false): DnsHostError {
  return new DnsHostError("zone-missing", `Cloudflare: ${message}`, { hint, zoneGone });
}
