import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, isWithin, parentOf, parseFqdn, ROOT } from "../../core/fqdn";
import { openSingleFlight } from "../../core/queues";
import type { Zone } from "../backend";
import { AnswerFault, type ApiZone, readZone, readZones } from "./answer";
import type { GoogleDnsApi } from "./api";
import { zoneMissing } from "./faults";
import { eachPage } from "./pages";

/** The name servers that the parent names; `undefined` where that cannot be learned. */
export type DelegatedServers = (zone: Fqdn, ctx: Ctx) => Promise<readonly string[] | undefined>;

/** Zones of one project, kept once found. That a name has no zone is not kept: it may be about to be created. */
export interface Zones {
  find(api: GoogleDnsApi, project: string, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** The zone by its name or number in the project; a zone that does not hold `name`, or is private, is an error. */
  byId(api: GoogleDnsApi, project: string, id: string, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** For when a zone turns out to be gone. */
  forget(): void;
}

/** A zone's `id` names its project too, which may be another than the one that is asked by default. */
export function placeOf({ id }: Zone): { readonly project: string; readonly managedZone: string } {
  const slash = id.indexOf("/");
  return { project: id.slice(0, Math.max(0, slash)), managedZone: id.slice(slash + 1) };
}

export function openZones(delegatedServers: DelegatedServers | undefined): Zones {
  const found = new Map<string, Zone>();
  const byId = new Map<string, ApiZone>();

  /** Of the zones of each name, the longest name first: the longest zone that is delegated. */
  async function choose(groups: readonly (readonly Zone[])[], name: Fqdn, ctx: Ctx): Promise<Zone> {
    const [longest = []] = groups;
    const [only, ...twins] = longest;
    if (only === undefined) throw new RangeError("a zone is chosen of at least one");
    if (groups.length === 1 && twins.length === 0) return only;
    let known = true;
    for (const group of groups) {
      const named = await delegatedServers?.(group[0]?.name ?? ROOT, ctx);
      if (named === undefined) {
        known = group !== longest;
        break;
      }
      const servers = new Set(named.map(plainName));
      const best = group.filter((zone) => zone.servers.some((server) => servers.has(server)));
      const [zone] = best;
      if (zone !== undefined && best.length === 1) return zone;
    }
    // Where none is delegated, its delegation may be yet to come.
    if (twins.length === 0) return only;
    const ids = longest.map(({ id }) => placeOf({ ...only, id }).managedZone).join(", ");
    const why = known
      ? "the parent zone does not delegate to exactly one of them"
      : "it is not known which one the parent zone delegates to";
    throw zoneMissing(
      `${longest.length} public zones of ${only.name} are in the project ${placeOf(only).project} (${ids}), and ${why}; none was chosen for ${name}.`,
      "Set zone to the zone that the domain is delegated to.",
    );
  }

  // Names of one domain, asked for at once, have their parents in common.
  const flight = openSingleFlight<readonly ApiZone[]>();

  return {
    forget() {
      found.clear();
      byId.clear();
    },
    async find(api, project, name, ctx) {
      const key = `${project} ${name}`;
      const known = found.get(key);
      if (known !== undefined) return known;
      const names = candidates(name);
      const listed = await Promise.all(
        names.map((each) => {
          const run = (signal: AbortSignal) =>
            listZones(api, project, each, `looking for the zone of ${name}`, { ...ctx, signal });
          return flight(`${project} ${each}`, run, ctx.signal);
        }),
      );
      const groups = listed
        .map((zones) => zones.filter((zone) => zone.public).map((zone) => toZone(zone, project)))
        .filter((zones) => zones.length > 0);
      if (groups.length === 0) {
        const hidden = listed.flat().map((zone) => zone.name);
        const seen = hidden.length === 0 ? "" : ` Private zones, which public DNS does not show: ${hidden.join(", ")}.`;
        throw zoneMissing(
          `no public zone of the project ${project} holds ${name}.${seen}`,
          'Create the zone, set project to the one that holds it, or correct the domain. If this program creates the zone, pass its name: dns: { kind: "googleDns", zone: zone.name }.',
          true,
        );
      }
      const zone = await choose(groups, name, ctx);
      found.set(key, zone);
      return zone;
    },
    async byId(api, project, id, name, ctx) {
      const key = `${project} ${id}`;
      const doing = `reading the zone ${id} for ${name}`;
      const zone =
        byId.get(key) ??
        (await askZone(api, project, id, doing, ctx).catch(async (error: unknown) => {
          throw await goneOr(error, api, project, id, candidates(name), ctx);
        }));
      const own = toZone(zone, project);
      if (!isWithin(name, own.name)) {
        throw zoneMissing(
          `the zone ${id} is ${own.name}, which does not hold ${name}.`,
          "Correct zone, or leave it out: the zone is then found by the domain's name.",
        );
      }
      if (!zone.public) {
        throw zoneMissing(
          `the zone ${id} (${own.name}) is private: SES could not see ${name} there.`,
          "Set zone to the public one.",
        );
      }
      byId.set(key, zone);
      return own;
    },
  };
}

/** Longest first, up to the registrable domain: above it there are zones of registries. */
function candidates(name: Fqdn): Fqdn[] {
  const top = getDomain(name, { allowPrivateDomains: false, validateHostname: false }) ?? undefined;
  const names: Fqdn[] = [];
  for (let at = name; at !== ROOT; at = parentOf(at)) {
    names.push(at);
    if (at === top) break;
  }
  return names;
}

async function listZones(
  api: GoogleDnsApi,
  project: string,
  dnsName: Fqdn,
  doing: string,
  ctx: Ctx,
): Promise<readonly ApiZone[]> {
  const ask = (pageToken: string | undefined) => {
    const query = { dnsName: `${dnsName}.`, pageToken };
    const request = { method: "GET", path: ["managedZones"], query, kind: "dns#managedZonesListResponse" } as const;
    return api.call(
      project,
      request,
      (json) => {
        const page = readZones(json);
        // A list of other zones than those asked for says nothing of those.
        if (page.items.some((zone) => nameOf(zone) !== dnsName)) throw new AnswerFault("its answer lists other zones");
        return page;
      },
      doing,
      ctx,
    );
  };
  return eachPage(ask, doing);
}

function askZone(api: GoogleDnsApi, project: string, id: string, doing: string, ctx: Ctx): Promise<ApiZone> {
  const request = { method: "GET", path: ["managedZones", id], kind: "dns#managedZone" } as const;
  const read = (json: unknown) => {
    const zone = readZone(json);
    if (zone.name !== id && zone.id !== id) throw new AnswerFault("its answer is of another zone");
    return zone;
  };
  return api.call(project, request, read, doing, ctx);
}

/**
 * The error of a zone that its id does not lead to; with `zoneGone` where the lists of the names it may have lack it too.
 * `names`: of the zone.
 */
export async function goneOr(
  error: unknown,
  api: GoogleDnsApi,
  project: string,
  id: string,
  names: readonly Fqdn[],
  ctx: Ctx,
): Promise<unknown> {
  if (!(error instanceof DnsHostError) || error.code !== "zone-missing") return error;
  try {
    for (const name of names) {
      const listed = await listZones(api, project, name, `looking for the zone ${name}`, ctx);
      if (listed.some((zone) => zone.name === id || zone.id === id)) return error;
    }
  } catch {
    ctx.signal.throwIfAborted();
    return error;
  }
  const { code, message, hint } = error;
  return new DnsHostError(code, message, { ...(hint === undefined ? {} : { hint }), zoneGone: true });
}

function nameOf({ dnsName }: ApiZone): Fqdn | undefined {
  const parsed = parseFqdn(dnsName);
  return "name" in parsed ? parsed.name : undefined;
}

function toZone(zone: ApiZone, project: string): Zone {
  const name = nameOf(zone);
  if (name === undefined) throw zoneMissing(`the zone ${zone.name} has a name that does not parse.`, "Set zone.");
  return { name, id: `${project}/${zone.name}`, servers: zone.nameServers.map(plainName) };
}

function plainName(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
