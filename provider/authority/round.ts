import { type Fqdn, isWithin } from "../core/fqdn";
import type { RecordType } from "../wire/presentation";
import { limitReached } from "./allowance";
import type { NameServer, ServerSighting } from "./authority";
import { type Limits, lookTooLong } from "./budget";
import type { Cache } from "./cache";
import { ADDRESSES_AT_MOST, type Cut, type Staff, type Station, serversOf, stationsOf, withRoom } from "./cut";
import type { Below, Delegations } from "./delegation";
import { exchange, type Terms } from "./exchange";
import { type Glue, type Outcome, readReply, type Wanted } from "./reply";
import type { Resolver } from "./resolver";
import type { Patience } from "./timeouts";

export interface Surroundings {
  readonly delegations: Delegations;
  readonly resolver: Resolver;
  /** Where authoritative servers listen. */
  readonly port: number;
  readonly patience: Patience;
  readonly limits: Limits;
  /** Addresses of servers that say with every answer which zone it is from and who serves that. */
  readonly telling: Cache<true>;
  /** The zones that names were found in, by the word of a server that no other gainsaid. */
  readonly homes: Cache<Fqdn>;
}

type Silent = Pick<Extract<ServerSighting, { kind: "unreachable" }>, "kind" | "reason" | "noTcp" | "unasked">;

/** What one station said. */
export interface Answer {
  readonly station: Station;
  readonly outcome: Outcome | Silent;
}

/** All stations of one zone, asked for one record set. */
export interface Round {
  readonly cut: Cut;
  readonly staff: Staff;
  readonly zoneServers: readonly string[];
  readonly answers: readonly Answer[];
}

const TELLING_MS = 300_000;
const HOME_MS = 300_000;

/**
 * Asks all servers of the zone that holds `name`, going down as long as they say that it lies in a zone below. Throws
 * `AuthorityError` as `Authority.look` does.
 */
export async function askRound(name: Fqdn, type: RecordType, around: Surroundings, terms: Terms): Promise<Round> {
  const { delegations, resolver, port, homes } = around;
  let cut = await delegations.above(name, terms);
  for (;;) {
    const { zone } = cut;
    const staff = await serversOf(cut, resolver, terms);
    const words = await askZone(cut, stationsOf(staff.servers, port), { name, type }, around, terms);
    const { answers, apex, inside } = words;
    const disputed = typeof inside === "object" || answers.some((answer) => placeOf(answer, zone) === "below");
    const below = disputed ? await lower(cut, words, name, delegations, terms) : undefined;
    if (disputed) homes.drop(name);
    else if (inside === "here" && homes.get(name) !== zone) homes.put(name, zone, HOME_MS);
    if (below !== undefined) {
      if (terms.budget?.enterZone() === false) throw lookTooLong(name);
      cut = delegations.learn(below, zone);
      continue;
    }
    const more = newAddresses(staff, apex);
    const late = await Promise.all(stationsOf(more, port).map((station) => ask(station, { name, type }, zone, terms)));
    const all = [...answers, ...late];
    const isDefinite = all.some(({ outcome: { kind } }) => kind !== "unreachable" && kind !== "lame");
    if (!isDefinite && terms.budget && all.some(({ outcome }) => "unasked" in outcome && outcome.unasked === "limit")) {
      throw limitReached(terms.budget.domain);
    }
    if (!isDefinite) {
      // Perhaps the delegation has moved: the next look asks the parent again.
      delegations.forget(zone);
      homes.drop(name);
    }
    return { cut, staff: completed(staff, more), zoneServers: apex ? [...apex.keys()].sort() : [], answers: all };
  }
}

interface ZoneWords {
  readonly answers: readonly Answer[];
  readonly apex: Glue | undefined;
  /** In which zone the name is, as one station says. */
  readonly inside: Below | "here" | undefined;
}

/**
 * Asks all stations for the name, and for what it takes to know which zone that is in and who serves it: one station each
 * for the zone's own NS set and for the SOA. Servers that add these to every answer are not asked for them.
 */
async function askZone(
  cut: Cut,
  stations: readonly Station[],
  asked: Wanted,
  { delegations, telling, homes }: Surroundings,
  terms: Terms,
): Promise<ZoneWords> {
  const { zone } = cut;
  const { name } = asked;
  const askAll = () => Promise.all(stations.map((station) => ask(station, asked, zone, terms)));
  const askRest = () =>
    Promise.all([
      delegations.apex(zone, stations, terms),
      homes.get(name) === zone ? ("here" as const) : delegations.within(cut, stations, name, terms),
    ]);
  if (!stations.every((station) => telling.get(station.address))) {
    const [answers, [apex, inside]] = await Promise.all([askAll(), askRest()]);
    for (const { station, outcome } of answers) {
      if (outcome.kind === "values" && outcome.home !== undefined) telling.put(station.address, true, TELLING_MS);
    }
    return { answers, apex, inside };
  }
  const answers = await askAll();
  const told = toldBy(answers, zone);
  if (told !== undefined) return { answers, apex: told, inside: "here" };
  const [apex, inside] = await askRest();
  return { answers, apex, inside };
}

/** The NS set, where every station says that the name is in this zone. Servers named within it may have addresses that only they tell. */
function toldBy(answers: readonly Answer[], zone: Fqdn): Glue | undefined {
  const homes = answers.map(({ outcome }) => (outcome.kind === "values" ? outcome.home : undefined));
  const glue = homes[0]?.glue;
  const sure = homes.every((home) => home?.zone === zone);
  return glue && sure && [...glue.keys()].every((server) => !isWithin(server as Fqdn, zone)) ? glue : undefined;
}

/** Where the name lies by one answer; "unsaid" where there is something at the name, but not from which zone. */
function placeOf({ outcome }: Answer, zone: Fqdn): "here" | "below" | "unsaid" | undefined {
  if (outcome.kind === "referral") return "below";
  if (outcome.kind === "cname") return "unsaid";
  if (outcome.kind === "values" && outcome.home === undefined) return "unsaid";
  const home = outcome.kind === "values" ? outcome.home?.zone : outcome.kind === "absent" ? outcome.zone : undefined;
  return home === undefined ? undefined : home === zone ? "here" : "below";
}

/**
 * The zone below that the name lies in, unless more servers have it in this very zone than point further down: one of
 * them lags. Servers that hold a value or an alias are asked one by one in which zone they do.
 */
async function lower(
  cut: Cut,
  { answers, inside }: ZoneWords,
  name: Fqdn,
  delegations: Delegations,
  terms: Terms,
): Promise<Below | undefined> {
  const placed = await Promise.all(
    answers.map(async (answer) => {
      const { station, outcome } = answer;
      const place = placeOf(answer, cut.zone);
      if (place !== "unsaid") return { station, place, below: outcome.kind === "referral" ? outcome : undefined };
      const home = await delegations.within(cut, [station], name, terms);
      return typeof home === "object" ? { station, place: "below", below: home } : { station, place: home };
    }),
  );
  const those = (wanted: string) => placed.filter(({ place }) => place === wanted).map(({ station }) => station);
  const count = (stations: readonly Station[]) => new Set(stations.map(({ server }) => server)).size;
  const pointing = those("below");
  if (count(pointing) < count(those("here"))) return undefined;
  const referral = answers.map(({ outcome }) => outcome).find((outcome) => outcome.kind === "referral");
  const found = referral ?? placed.find(({ below }) => below !== undefined)?.below;
  if (found !== undefined) return found;
  const again = typeof inside === "object" ? inside : await delegations.within(cut, pointing, name, terms);
  return typeof again === "object" ? again : undefined;
}

async function ask(station: Station, asked: Wanted, zone: Fqdn, terms: Terms): Promise<Answer> {
  const result = await exchange({ ...asked, recursionDesired: false }, station, terms);
  if (result.kind === "silence") {
    const { reason, noTcp, limited } = result;
    const unasked = limited && { unasked: "limit" as const };
    return { station, outcome: { kind: "unreachable", reason, ...(noTcp && { noTcp }), ...unasked } };
  }
  return { station, outcome: readReply(result.message, asked, zone) };
}

/** Addresses that the zone gives for its servers and nobody else does, as far as there is room for them. */
function newAddresses({ servers, unasked }: Staff, apex: Glue | undefined): readonly NameServer[] {
  const untold = unasked.map(({ server }) => ({ name: server, addresses: [] }));
  const more = [...servers, ...untold].map(({ name, addresses }) => {
    const known = new Set<string>(addresses);
    return { name, addresses: (apex?.get(name) ?? []).filter((address) => !known.has(address)) };
  });
  const asked = servers.reduce((sum, { addresses }) => sum + addresses.length, 0);
  return withRoom(more, ADDRESSES_AT_MOST - asked).filter(({ addresses }) => addresses.length > 0);
}

function completed({ servers, unasked }: Staff, more: readonly NameServer[]): Staff {
  const found = new Map(more.map(({ name, addresses }) => [name, addresses]));
  const known = new Set(servers.map(({ name }) => name));
  return {
    servers: [
      ...servers.map(({ name, addresses }) => ({ name, addresses: [...addresses, ...(found.get(name) ?? [])] })),
      ...more.filter(({ name }) => !known.has(name)),
    ],
    unasked: unasked.filter(({ server }) => !found.has(server)),
  };
}
