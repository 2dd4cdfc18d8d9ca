import type { HostedZone } from "@aws-sdk/client-route-53";
import { getDomain } from "tldts";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { type Fqdn, isWithin, parentOf, ROOT } from "../../core/fqdn";
import { openMemo } from "../../core/queues";
import type { Zone } from "../backend";
import type { Route53Api } from "./api";
import { withHostErrors, zoneMissing } from "./faults";
import { bareId, checkedId, readName } from "./names";
import type { ZonePages } from "./pages";

/** The servers that resolvers ask for a zone (its parent's NS names); `undefined` where that cannot be learned. */
export type DelegatedServers = (zone: Fqdn, ctx: Ctx) => Promise<readonly string[] | undefined>;

export interface Zones {
  /** Without its servers, unless they had to be compared: they are one more question. */
  find(name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** The zone with its servers. */
  withServers(zone: Zone, ctx: Ctx): Promise<Zone>;
  /** The zone by its id; a zone that does not hold `name`, or is private, is an error. */
  byId(id: string, name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** For when a zone turns out to be gone. */
  forget(): void;
}

export interface Known extends Zone {
  readonly private: boolean;
}

/** Zones of one account, kept once found. That a name has no zone is not kept: it may be about to be created. */
export function openZones(api: Route53Api, pages: ZonePages, delegatedServers: DelegatedServers | undefined): Zones {
  const details = new Map<string, (ctx: Ctx) => Promise<Known>>();
  const found = new Map<Fqdn, Zone>();

  function detail(id: string, ctx: Ctx): Promise<Known> {
    const read = details.get(id) ?? openMemo((inner) => readZone(api, id, inner));
    details.set(id, read);
    return read(ctx);
  }

  /** Those of one name that resolvers ask, as far as that is known. */
  async function rank(twins: readonly HostedZone[], ctx: Ctx) {
    const zones = await Promise.all(twins.map(({ Id }) => detail(bareId(Id ?? ""), ctx)));
    const name = zones[0]?.name ?? ROOT;
    const servers = await delegatedServers?.(name, ctx);
    const named = new Set(servers?.map(plainName));
    const hits = (zone: Known) => zone.servers.filter((server) => named.has(server)).length;
    const best = zones.reduce((one, other) => (hits(other) > hits(one) ? other : one));
    return { name, zones, known: servers !== undefined, best: hits(best) > 0 ? best : undefined };
  }

  /**
   * The longest that is delegated. Where none is, the longest if it has no twin: its delegation may be yet to
   * come. `groups`: the zones of each name that holds `name`, the longest name first.
   */
  async function choose(name: Fqdn, groups: readonly (readonly HostedZone[])[], ctx: Ctx): Promise<Zone> {
    const [longest = []] = groups;
    if (groups.length === 1 && longest.length === 1 && longest[0] !== undefined) return listedZone(longest[0]);
    let first: Awaited<ReturnType<typeof rank>> | undefined;
    for (const twins of groups) {
      const ranked = await rank(twins, ctx);
      if (ranked.best !== undefined) return ranked.best;
      first ??= ranked;
      if (!ranked.known) break;
    }
    if (first === undefined) throw new RangeError("a zone is chosen of at least one");
    const [only, ...twins] = first.zones;
    if (only !== undefined && twins.length === 0) return only;
    const ids = first.zones.map(({ id }) => id).join(", ");
    const why = first.known
      ? "the parent zone delegates to none of them"
      : "it is not known which one the parent zone delegates to";
    throw zoneMissing(
      `${first.zones.length} public zones are named ${first.name} (${ids}), and ${why}; none was chosen for ${name}.`,
      "Set zoneId to the zone that the domain is delegated to.",
    );
  }

  return {
    forget() {
      details.clear();
      found.clear();
      pages.forget();
    },
    async withServers(zone, ctx) {
      if (zone.servers.length > 0) return zone;
      return withHostErrors(`reading the zone ${zone.name} (${zone.id})`, () => detail(zone.id, ctx));
    },
    async byId(id, name, ctx) {
      const zone = await withHostErrors(`reading the zone ${id} for ${name}`, () => detail(id, ctx));
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
      const zone = await withHostErrors(`looking for the zone of ${name}`, async () => {
        const known = await holding(pages, name, ctx, false);
        // A zone may have been made since a page was read for another name.
        const groups =
          known.groups.length > 0 || !known.kept ? known.groups : (await holding(pages, name, ctx, true)).groups;
        return groups.length === 0 ? undefined : choose(name, groups, ctx);
      });
      if (zone === undefined) {
        throw zoneMissing(
          `no public zone of this account holds ${name}.`,
          'Create the zone, use the credentials of the account that holds it, or correct the domain. If this program creates the zone, pass its zoneId: dns: { kind: "route53", zoneId: zone.zoneId }.',
          true,
        );
      }
      found.set(name, zone);
      return zone;
    },
  };
}

/**
 * The public zones that hold `name`, those of one name together, the longest name first. Route 53 lists zones in the order
 * of their reversed labels, so that a domain and all zones below it stand together: one page from the registrable domain on
 * mostly has them all.
 */
async function holding(
  pages: ZonePages,
  name: Fqdn,
  ctx: Ctx,
  fresh: boolean,
): Promise<{ readonly groups: readonly (readonly HostedZone[])[]; readonly kept: boolean }> {
  const top = (getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name) as Fqdn;
  const first = await pages.from(top, ctx, fresh);
  let { kept } = first;
  const groups: (readonly HostedZone[])[] = [];
  for (let candidate = name; candidate !== ROOT; candidate = parentOf(candidate)) {
    const inPage = first.whole && isWithin(candidate, top);
    // A zone shorter than the registrable domain is asked for only where nothing else holds the name.
    if (!isWithin(candidate, top) && groups.length > 0) break;
    const page = inPage ? first : await pages.from(candidate, ctx, fresh);
    kept ||= page.kept;
    const exact = page.zones.filter((zone) => readName(zone.Name) === candidate && zone.Config?.PrivateZone !== true);
    if (exact.length > 0) groups.push(exact);
  }
  return { groups, kept };
}

function listedZone(zone: HostedZone): Known {
  const id = checkedId(bareId(zone.Id ?? ""), "the zone's id");
  return { id, name: readName(zone.Name) ?? ROOT, servers: [], private: false };
}

export async function readZone(api: Route53Api, id: string, ctx: Ctx): Promise<Known> {
  const { GetHostedZoneCommand } = sdk.route53();
  checkedId(id, "the zone's id");
  const client = await api.client();
  const answer = await api.call(
    "route53:GetHostedZone",
    (options) => client.send(new GetHostedZoneCommand({ Id: id }), options),
    ctx,
  );
  const name = readName(answer.HostedZone?.Name);
  if (name === undefined || bareId(answer.HostedZone?.Id ?? "") !== id) {
    throw new DnsHostError("host-unavailable", `Route 53: asked for the zone ${id}, it answered with another.`, {
      hint: "Run again.",
      retryable: true,
    });
  }
  return {
    id,
    name,
    private: answer.HostedZone?.Config?.PrivateZone === true,
    servers: (answer.DelegationSet?.NameServers ?? []).map(plainName),
  };
}

function plainName(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}
