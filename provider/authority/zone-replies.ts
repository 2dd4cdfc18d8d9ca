import { type Fqdn, isWithin } from "../core/fqdn";
import type { SingleFlight } from "../core/queues";
import type { RecordType } from "../wire/presentation";
import { limitReached } from "./allowance";
import type { NameServer, Sighting } from "./authority";
import { lookTooLong, type ProcessLimits } from "./budget";
import type { Cache } from "./cache";
import { askChildOnly } from "./child-only";
import { type Cut, type ServerAddress, serverAddressesOf } from "./cut";
import type { ChildCut, Delegations } from "./delegation";
import { type EarlySoas, openEarlySoas } from "./early-soas";
import { limitsForSharedWork, type QueryLimits } from "./exchange";
import { addressesInstead } from "./instead";
import { ADDRESSES_AT_MOST, type NameServers, serversOf, withRoom } from "./name-servers";
import { openPeers } from "./peers";
import { recheck } from "./recheck";
import { type Glue, placeOf, type WantedSet } from "./reply";
import type { Resolver } from "./resolver";
import { runShared } from "./shared-work";
import type { Timeouts } from "./timeouts";
import { ask, isPrivateGlue, type ServerReply, unaskedPrivate } from "./zone-question";

export interface Reader {
  readonly delegations: Delegations;
  readonly resolver: Resolver;
  /** Where authoritative servers listen. */
  readonly port: number;
  readonly timeouts: Timeouts;
  readonly processLimits: ProcessLimits;
  /** Addresses of servers that send the zone and its NS set with every answer. */
  readonly sendsAuthority: Cache<true>;
  /** The zone that each name is in, as one server reported and no other contradicted. */
  readonly zoneOfName: Cache<Fqdn>;
  /** Looks at one name, and at CNAMEs of one parent, ask these two things once where they overlap. */
  readonly shareZone: SingleFlight<readonly [apex: Glue | undefined, inside: ChildCut | "here" | undefined]>;
}

/** What all addresses of one zone said of one record set. */
export interface ZoneReplies {
  readonly cut: Cut;
  readonly nameServers: NameServers;
  readonly zoneServers: readonly string[];
  readonly answers: readonly ServerReply[];
  /** Of servers that only the zone itself names. */
  readonly childOnly: readonly ServerReply[];
  /** As in a sighting. */
  readonly root: Sighting["root"];
}

const SENDS_AUTHORITY_MS = 300_000;
const ZONE_OF_NAME_MS = 300_000;

/**
 * Asks all servers of the zone that holds `name`, going down as long as they say that it is in a child zone. Throws
 * `AuthorityError` as `Authority.look` does.
 */
export async function askZoneOfName(
  name: Fqdn,
  type: RecordType,
  reader: Reader,
  limits: QueryLimits,
): Promise<ZoneReplies> {
  const { delegations, resolver, port, zoneOfName } = reader;
  let cut = await delegations.closestCut(name, limits);
  for (;;) {
    const { zone } = cut;
    const nameServers = await serversOf(cut, resolver, limits);
    const report = await askZone(cut, serverAddressesOf(nameServers.servers, port), { name, type }, reader, limits);
    const { answers, apex, inside, soas } = report;
    const disputed = typeof inside === "object" || answers.some((answer) => locationIn(answer, zone) === "below");
    const below = disputed ? await lower(cut, report, name, delegations, limits) : undefined;
    const place = placeOf({ name, type });
    if (disputed) zoneOfName.drop(place);
    else if (inside === "here" && zoneOfName.get(place) !== zone) zoneOfName.put(place, zone, ZONE_OF_NAME_MS);
    if (below !== undefined) {
      if (limits.budget?.enterZone() === false) throw lookTooLong(name);
      cut = delegations.learn(below, zone);
      continue;
    }
    const more = newAddresses(nameServers, apex);
    const asked = { name, type };
    const places = [...answers.map(({ serverAddress }) => serverAddress), ...serverAddressesOf(more, port)];
    const [late, childOnly] = await Promise.all([
      Promise.all(serverAddressesOf(more, port).map((serverAddress) => ask(serverAddress, asked, zone, limits))),
      apex === undefined
        ? []
        : askChildOnly({ zone, wanted: asked, apex, delegated: cut.glue, asked: places, port }, resolver, limits),
    ]);
    const rechecked = await recheck([...answers, ...late], asked, zone, soas, limits);
    const all = await addressesInstead(rechecked, asked, zone, limits);
    const isDefinite = all.some(({ outcome: { kind } }) => kind !== "unreachable" && kind !== "lame");
    if (
      !isDefinite &&
      limits.budget &&
      all.some(({ outcome }) => "unasked" in outcome && outcome.unasked === "limit")
    ) {
      throw limitReached(limits.budget.domain);
    }
    if (!isDefinite) {
      // The delegation may have changed: the next look asks the parent again.
      delegations.forget(zone);
      zoneOfName.drop(place);
    }
    return {
      cut,
      nameServers: completed(nameServers, more),
      zoneServers: apex ? [...apex.keys()].sort() : [],
      answers: all,
      childOnly,
      root: isDefinite || all.some(showsWay) ? undefined : await delegations.root(zone, limits),
    };
  }
}

/** An answer that no network makes up in a server's place. */
function showsWay({ outcome }: ServerReply): boolean {
  return outcome.kind !== "unreachable" ? !(outcome.kind === "lame" && outcome.recursive) : outcome.servesZone === true;
}

interface ZoneReport {
  readonly answers: readonly ServerReply[];
  readonly apex: Glue | undefined;
  /** The zone that the name is in, as one address says. */
  readonly inside: ChildCut | "here" | undefined;
  /** The zone's SOA, of servers that were slow to answer. */
  readonly soas: EarlySoas;
}

/**
 * Asks all addresses for the record set, and one address each for the zone's own NS set and for the SOA, which tell which zone
 * the name is in and which servers it has. Servers that add these to every answer are not asked for them.
 */
async function askZone(
  cut: Cut,
  all: readonly ServerAddress[],
  asked: WantedSet,
  { delegations, sendsAuthority, zoneOfName, shareZone }: Reader,
  limits: QueryLimits,
): Promise<ZoneReport> {
  const { zone } = cut;
  const place = placeOf(asked);
  const local = all.filter((serverAddress) => isPrivateGlue(cut, serverAddress)).map(unaskedPrivate);
  const serverAddresses = all.filter((serverAddress) => !isPrivateGlue(cut, serverAddress));
  const peers = openPeers(serverAddresses.length, limits.signal);
  const soas = openEarlySoas(peers, zone, limits);
  const askAll = async () => {
    const replies = await Promise.all(
      serverAddresses.map((serverAddress) => {
        const own = soas.expect(serverAddress);
        return ask(serverAddress, asked, zone, { ...limits, peers: own });
      }),
    );
    soas.close();
    return [...replies, ...local];
  };
  const readRest = (signal: AbortSignal) => {
    const shared = limitsForSharedWork(limits, signal);
    return Promise.all([
      delegations.apex(zone, serverAddresses, shared),
      zoneOfName.get(place) === zone ? ("here" as const) : delegations.within(cut, serverAddresses, place, shared),
    ]);
  };
  const askRest = () => runShared(shareZone, `${zone} ${place}`, readRest, limits);
  if (!serverAddresses.every((serverAddress) => sendsAuthority.get(serverAddress.address))) {
    const [answers, [apex, inside]] = await Promise.all([askAll(), askRest()]);
    for (const { serverAddress, outcome } of answers) {
      if (outcome.kind === "values" && outcome.authority !== undefined)
        sendsAuthority.put(serverAddress.address, true, SENDS_AUTHORITY_MS);
    }
    return { answers, apex, inside, soas };
  }
  const answers = await askAll();
  const told = agreedAuthority(answers, zone);
  if (told !== undefined) return { answers, apex: told, inside: "here", soas };
  const [apex, inside] = await askRest();
  return { answers, apex, inside, soas };
}

/** The NS set, where every address says that the name is in this zone. Not for servers named within it: the zone may know more addresses of them. */
function agreedAuthority(answers: readonly ServerReply[], zone: Fqdn): Glue | undefined {
  const homes = answers.map(({ outcome }) => (outcome.kind === "values" ? outcome.authority : undefined));
  const glue = homes[0]?.glue;
  const sure = homes.every((home) => home?.zone === zone);
  return glue && sure && [...glue.keys()].every((server) => !isWithin(server as Fqdn, zone)) ? glue : undefined;
}

/** Where the name is, as one answer says; "unsaid" where there is a record at the name, but not from which zone. */
function locationIn({ outcome }: ServerReply, zone: Fqdn): "here" | "below" | "unsaid" | undefined {
  if (outcome.kind === "referral") return "below";
  if (outcome.kind === "cname") return "unsaid";
  if (outcome.kind === "values" && outcome.authority === undefined) return "unsaid";
  const home =
    outcome.kind === "values" ? outcome.authority?.zone : outcome.kind === "absent" ? outcome.zone : undefined;
  return home === undefined ? undefined : home === zone ? "here" : "below";
}

/**
 * The child zone that the name is in, unless more servers have the name in this zone than in a child: then some are out of
 * date. Each server that has a value or an alias is asked in which zone.
 */
async function lower(
  cut: Cut,
  { answers, inside }: ZoneReport,
  name: Fqdn,
  delegations: Delegations,
  limits: QueryLimits,
): Promise<ChildCut | undefined> {
  const placed = await Promise.all(
    answers.map(async (answer) => {
      const { serverAddress, outcome } = answer;
      const place = locationIn(answer, cut.zone);
      if (place !== "unsaid") return { serverAddress, place, below: outcome.kind === "referral" ? outcome : undefined };
      const home = await delegations.within(cut, [serverAddress], name, limits);
      return typeof home === "object" ? { serverAddress, place: "below", below: home } : { serverAddress, place: home };
    }),
  );
  const those = (wanted: string) =>
    placed.filter(({ place }) => place === wanted).map(({ serverAddress }) => serverAddress);
  const count = (serverAddresses: readonly ServerAddress[]) =>
    new Set(serverAddresses.map(({ server }) => server)).size;
  const pointing = those("below");
  if (count(pointing) < count(those("here"))) return undefined;
  const referral = answers.map(({ outcome }) => outcome).find((outcome) => outcome.kind === "referral");
  const found = referral ?? placed.find(({ below }) => below !== undefined)?.below;
  if (found !== undefined) return found;
  const again = typeof inside === "object" ? inside : await delegations.within(cut, pointing, name, limits);
  return typeof again === "object" ? again : undefined;
}

/** Addresses of its servers that only the zone itself gives, up to the limit. */
function newAddresses({ servers, unasked }: NameServers, apex: Glue | undefined): readonly NameServer[] {
  const untold = unasked.map(({ server }) => ({ name: server, addresses: [] }));
  const more = [...servers, ...untold].map(({ name, addresses }) => {
    const known = new Set<string>(addresses);
    return { name, addresses: (apex?.get(name) ?? []).filter((address) => !known.has(address)) };
  });
  const asked = servers.reduce((sum, { addresses }) => sum + addresses.length, 0);
  return withRoom(more, ADDRESSES_AT_MOST - asked).filter(({ addresses }) => addresses.length > 0);
}

function completed({ servers, unresolved, unasked }: NameServers, more: readonly NameServer[]): NameServers {
  const found = new Map(more.map(({ name, addresses }) => [name, addresses]));
  const known = new Set(servers.map(({ name }) => name));
  return {
    servers: [
      ...servers.map(({ name, addresses }) => ({ name, addresses: [...addresses, ...(found.get(name) ?? [])] })),
      ...more.filter(({ name }) => !known.has(name)),
    ],
    unresolved: unresolved.filter(({ server }) => !found.has(server)),
    unasked: unasked.filter(({ server }) => !found.has(server)),
  };
}
