import type { HostedZone, ListHostedZonesByNameCommandOutput } from "@aws-sdk/client-route-53";
import { getDomain } from "tldts";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { openMemo } from "../../core/flight";
import { type Fqdn, isWithin, parentOf, ROOT } from "../../core/fqdn";
import type { Zone } from "../backend";
import type { Route53Api } from "./api";
import { wordedFor, zoneMissing } from "./faults";
import { bareId, readName } from "./names";

/** Whom the world asks for a zone (its parent's NS names); `undefined` where that cannot be learned. */
export type DelegatedServers = (zone: Fqdn, ctx: Ctx) => Promise<readonly string[] | undefined>;

export interface Zones {
  find(name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** The zone by its id; a zone that does not hold `name`, or is private, is an error. */
  byId(id: string, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** For when a zone turns out to be gone. */
  forget(): void;
}

export interface Known extends Zone {
  readonly private: boolean;
}

/** Route 53 API reference, ListHostedZonesByName: at most 100 a page. */
const PAGE = 100;

/** Zones of one account, kept once found. That a name has no zone is not kept: it may be about to be created. */
export function openZones(api: Route53Api, delegatedServers: DelegatedServers | undefined): Zones {
  const details = new Map<string, (ctx: Ctx) => Promise<Known>>();
  const found = new Map<Fqdn, Zone>();

  function detail(id: string, ctx: Ctx): Promise<Known> {
    const read = details.get(id) ?? openMemo((inner) => readZone(api, id, inner));
    details.set(id, read);
    return read(ctx);
  }

  async function choose(name: Fqdn, twins: readonly HostedZone[], ctx: Ctx): Promise<Zone> {
    const zones = await Promise.all(twins.map(({ Id }) => detail(bareId(Id ?? ""), ctx)));
    const [first] = zones;
    if (first === undefined) throw new RangeError("a zone is chosen of at least one");
    if (zones.length === 1) return first;
    const servers = await delegatedServers?.(first.name, ctx);
    const named = new Set(servers?.map(plainName));
    const ranked = zones
      .map((zone) => ({ zone, hits: zone.servers.filter((server) => named.has(server)).length }))
      .sort((one, other) => other.hits - one.hits);
    const [best] = ranked;
    if (best !== undefined && best.hits > 0) return best.zone;
    const ids = zones.map(({ id }) => id).join(", ");
    const why =
      servers === undefined ? "whom its parent delegates to is not known" : "its parent delegates to none of them";
    throw zoneMissing(
      `${zones.length} public zones are named ${first.name} (${ids}), and ${why}; none was chosen for ${name}.`,
      "Set zoneId to the one that the world sees.",
    );
  }

  return {
    forget() {
      details.clear();
      found.clear();
    },
    async byId(id, name, ctx) {
      const zone = await wordedFor(`reading the zone ${id} for ${name}`, () => detail(id, ctx));
      if (!isWithin(name, zone.name)) {
        throw zoneMissing(
          `zone ${id} is ${zone.name}, which does not hold ${name}.`,
          "Correct zoneId, or leave it out: the zone is then found by name.",
        );
      }
      if (!zone.private) return zone;
      throw zoneMissing(
        `zone ${id} (${zone.name}) is private: SES could not see ${name} there.`,
        "Give the id of the public zone.",
      );
    },
    async find(name, ctx) {
      const known = found.get(name);
      if (known !== undefined) return known;
      const zone = await wordedFor(`looking for the zone of ${name}`, async () => {
        const twins = await longest(api, name, ctx);
        return twins.length === 0 ? undefined : choose(name, twins, ctx);
      });
      if (zone === undefined) {
        throw zoneMissing(
          `no public zone of this account holds ${name}.`,
          "Create the zone, use the credentials of the account that holds it, or correct the domain.",
        );
      }
      found.set(name, zone);
      return zone;
    },
  };
}

/**
 * The public zones of the longest name that holds `name`. Route 53 lists zones in the order of their reversed labels, so
 * that a domain and all zones below it stand together: one page from the registrable domain on mostly has them all.
 */
async function longest(api: Route53Api, name: Fqdn, ctx: Ctx): Promise<readonly HostedZone[]> {
  const top = (getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name) as Fqdn;
  const { zones, whole } = await pageFrom(api, top, ctx);
  if (whole) {
    const best = longestOf(zones, name);
    if (best.length > 0) return best;
  }
  for (let candidate = name; candidate !== ROOT; candidate = parentOf(candidate)) {
    if (whole && isWithin(candidate, top)) continue;
    const exact = longestOf((await pageFrom(api, candidate, ctx)).zones, candidate).filter(
      (zone) => readName(zone.Name) === candidate,
    );
    if (exact.length > 0) return exact;
  }
  return [];
}

export async function pageFrom(
  api: Route53Api,
  name: Fqdn,
  ctx: Ctx,
): Promise<{ readonly zones: readonly HostedZone[]; readonly whole: boolean }> {
  const { ListHostedZonesByNameCommand } = sdk.route53();
  const client = await api.client();
  const page: ListHostedZonesByNameCommandOutput = await api.call(
    "route53:ListHostedZonesByName",
    (options) => client.send(new ListHostedZonesByNameCommand({ DNSName: `${name}.`, MaxItems: PAGE }), options),
    ctx,
  );
  const zones = page.HostedZones ?? [];
  const last = readName(zones.at(-1)?.Name);
  return { zones, whole: page.IsTruncated !== true || (last !== undefined && !isWithin(last, name)) };
}

function longestOf(zones: readonly HostedZone[], name: Fqdn): readonly HostedZone[] {
  let best: HostedZone[] = [];
  let length = -1;
  for (const zone of zones) {
    const own = readName(zone.Name);
    if (own === undefined || zone.Config?.PrivateZone === true || !isWithin(name, own)) continue;
    if (own.length > length) best = [];
    if (own.length >= length) best.push(zone);
    length = Math.max(length, own.length);
  }
  return best;
}

export async function readZone(api: Route53Api, id: string, ctx: Ctx): Promise<Known> {
  const { GetHostedZoneCommand } = sdk.route53();
  const client = await api.client();
  const answer = await api.call(
    "route53:GetHostedZone",
    (options) => client.send(new GetHostedZoneCommand({ Id: id }), options),
    ctx,
  );
  return {
    id,
    name: readName(answer.HostedZone?.Name) ?? ROOT,
    private: answer.HostedZone?.Config?.PrivateZone === true,
    servers: (answer.DelegationSet?.NameServers ?? []).map(plainName),
  };
}

function plainName(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
