import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import { type Fqdn, isWithin } from "../core/fqdn";
import { type NameServer, NO_ADDRESS, type ServerSighting, type Sighting } from "./authority";
import type { Cache } from "./cache";
import { ADDRESSES_AT_MOST, type Cut, type Staff, type Station, serversOf, stationsOf, withRoom } from "./cut";
import type { Delegations } from "./delegation";
import { exchange, type Terms } from "./exchange";
import { openGate } from "./gate";
import { type Patience, realNowMs } from "./patience";
import { type Glue, type Outcome, readReply } from "./reply";
import type { Resolver } from "./resolver";

export interface Surroundings {
  readonly delegations: Delegations;
  readonly resolver: Resolver;
  /** Where authoritative servers listen. */
  readonly port: number;
  readonly patience: Patience;
  /** Addresses of servers that say with every answer which zone it is from and who serves that. */
  readonly telling: Cache<true>;
}

type Silent = Pick<Extract<ServerSighting, { kind: "unreachable" }>, "kind" | "reason" | "noTcp">;

/** What one station said. */
interface Answer {
  readonly station: Station;
  readonly outcome: Outcome | Silent;
}

/** All stations of one zone, asked for one name. */
interface Round {
  readonly cut: Cut;
  readonly staff: Staff;
  readonly zoneServers: readonly string[];
  readonly answers: readonly Answer[];
}

/** CNAMEs in a row that are followed; resolvers give up at about as many. */
const ALIASES_AT_MOST = 8;
/** A look waits its turn before its time begins to run. */
const LOOKS_AT_ONCE = 128;
const gate = openGate(LOOKS_AT_ONCE);
const TELLING_MS = 300_000;

/** Asks every server of the zone that holds `name`, at every address, in parallel. Contract: `Authority.look`. */
export async function look(name: Fqdn, around: Surroundings, ctx: Ctx): Promise<Sighting> {
  await gate.enter(ctx.signal);
  try {
    const untilMs = realNowMs() + around.patience.lookMs;
    return await follow(name, around, { patience: around.patience, signal: ctx.signal, untilMs });
  } finally {
    gate.leave();
  }
}

async function follow(name: Fqdn, around: Surroundings, terms: Terms): Promise<Sighting> {
  const cnames: Fqdn[] = [];
  const passed: ServerSighting[] = [];
  let target = name;
  let last: Round | undefined;
  const seen = (round: Round, servers: readonly ServerSighting[]): Sighting => ({
    name,
    target,
    cnames,
    via: "authoritative",
    delegation: {
      zone: round.cut.zone,
      parentServers: [...round.cut.glue.keys()].sort(),
      zoneServers: round.zoneServers,
      servers: round.staff.servers,
    },
    servers: [...passed, ...servers, ...round.staff.unasked.map(unasked)],
  });

  for (;;) {
    const round = await reach(target, around, terms).catch((error: unknown) => {
      // A CNAME into a zone that does not exist: whoever has that CNAME has no value, and that is definite.
      if (last && error instanceof AuthorityError && error.code === "zone-unknown") return undefined;
      throw error;
    });
    if (round === undefined && last) return seen(last, last.answers.filter(isAlias).map(dangling));
    if (round === undefined) throw new RangeError("unreachable: the first round always stands");
    last = round;
    const alias = round.answers.find(isAlias)?.outcome.target;
    if (alias === undefined) return seen(round, round.answers.map(sightingOf));
    if (alias === name || cnames.includes(alias) || cnames.length === ALIASES_AT_MOST) {
      return seen(
        round,
        round.answers.map((answer) => (isAlias(answer) ? endless(answer, cnames) : sightingOf(answer))),
      );
    }
    passed.push(
      ...round.answers.filter((answer) => !isAlias(answer) || answer.outcome.target !== alias).map(sightingOf),
    );
    cnames.push(alias);
    target = alias;
  }
}

/** Asks the zone that holds `name`, going down as long as its servers say that it lies in a zone below. */
async function reach(name: Fqdn, around: Surroundings, terms: Terms): Promise<Round> {
  const { delegations, resolver, port } = around;
  let cut = await delegations.above(name, terms);
  for (;;) {
    const { zone } = cut;
    const staff = await serversOf(cut, resolver, terms);
    const { servers } = staff;
    const stations = stationsOf(servers, port);
    const [answers, apex, inside] = await askZone(cut, stations, name, around, terms);
    const referral = answers.map(({ outcome }) => outcome).find((outcome) => outcome.kind === "referral");
    // Servers that hold values here or hold the subzone too: only they can say which.
    const holders = referral ? answers.filter(({ outcome: { kind } }) => kind === "values") : [];
    const holderStations = holders.map(({ station }) => station);
    const home = holders.length > 0 ? await delegations.within(cut, holderStations, name, terms) : inside;
    const below = referral ?? (home === "here" ? undefined : home);
    if (below && vote(answers, zone, home === "here" ? holders.length : 0)) {
      cut = referral ? delegations.learn(referral, referral.ttl, zone) : below;
      continue;
    }
    if (below) delegations.forget(below.zone);
    const more = newAddresses(staff, apex);
    const late = await Promise.all(stationsOf(more, port).map((station) => ask(station, name, zone, terms)));
    const all = [...answers, ...late];
    // Perhaps the delegation has moved: the next look asks the parent again.
    if (all.every(({ outcome: { kind } }) => kind === "unreachable" || kind === "lame")) delegations.forget(zone);
    return { cut, staff: completed(staff, more), zoneServers: apex ? [...apex.keys()].sort() : [], answers: all };
  }
}

type ZoneWords = readonly [readonly Answer[], Glue | undefined, Cut | "here" | undefined];

/**
 * Asks all stations for the name, and for what it takes to know which zone that is in and who serves it: one station each
 * for the zone's own NS set and for the SOA. Servers that add these to every answer are not asked for them.
 */
async function askZone(
  cut: Cut,
  stations: readonly Station[],
  name: Fqdn,
  { delegations, telling }: Surroundings,
  terms: Terms,
): Promise<ZoneWords> {
  const { zone } = cut;
  const askAll = () => Promise.all(stations.map((station) => ask(station, name, zone, terms)));
  const askRest = () =>
    Promise.all([delegations.apex(zone, stations, terms), delegations.within(cut, stations, name, terms)]);
  if (!stations.every((station) => telling.get(station.address))) {
    const [answers, [apex, inside]] = await Promise.all([askAll(), askRest()]);
    for (const { station, outcome } of answers) {
      if (outcome.kind === "values" && outcome.home !== undefined) telling.put(station.address, true, TELLING_MS);
    }
    return [answers, apex, inside];
  }
  const answers = await askAll();
  const told = toldBy(answers, zone);
  return told === undefined ? [answers, ...(await askRest())] : [answers, told, "here"];
}

/** The NS set, where every station says that the name is in this zone. Servers named within it may have addresses that only they tell. */
function toldBy(answers: readonly Answer[], zone: Fqdn): Glue | undefined {
  const homes = answers.map(({ outcome }) => (outcome.kind === "values" ? outcome.home : undefined));
  const glue = homes[0]?.glue;
  const sure = homes.every((home) => home?.zone === zone);
  return glue && sure && [...glue.keys()].every((server) => !isWithin(server as Fqdn, zone)) ? glue : undefined;
}

async function ask(station: Station, name: Fqdn, zone: Fqdn, terms: Terms): Promise<Answer> {
  const result = await exchange({ name, type: "TXT", recursionDesired: false }, station, terms);
  if (result.kind === "silence") {
    const { reason, noTcp } = result;
    return { station, outcome: { kind: "unreachable", reason, ...(noTcp && { noTcp }) } };
  }
  return { station, outcome: readReply(result.message, name, zone) };
}

/** Whether the name lies below: not if more servers deny it from this very zone than point further down. One of them lags. */
function vote(answers: readonly Answer[], zone: Fqdn, holders: number): boolean {
  const here = holders + answers.filter(({ outcome }) => outcome.kind === "absent" && outcome.zone === zone).length;
  const below = answers.filter(
    ({ outcome }) =>
      outcome.kind === "referral" || (outcome.kind === "absent" && outcome.zone !== undefined && outcome.zone !== zone),
  ).length;
  return below >= here;
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

type Alias = Answer & { readonly outcome: Extract<Outcome, { kind: "cname" }> };

function isAlias(answer: Answer): answer is Alias {
  return answer.outcome.kind === "cname";
}

function sightingOf({ station: { server, address }, outcome }: Answer): ServerSighting {
  const lame = (reason: string): ServerSighting => ({ server, address, kind: "lame", reason, recursive: false });
  switch (outcome.kind) {
    case "values":
      return { server, address, kind: "values", values: outcome.values, ttl: outcome.ttl };
    case "absent":
      return { server, address, kind: "absent", nxdomain: outcome.nxdomain, negativeTtl: outcome.negativeTtl };
    case "cname":
      return lame(`has a CNAME to ${outcome.target}, unlike the other servers`);
    case "referral":
      return lame(`refers to ${outcome.zone}, unlike the other servers`);
    default:
      return { server, address, ...outcome };
  }
}

function unasked({ server, reason }: Staff["unasked"][number]): ServerSighting {
  return { server, address: NO_ADDRESS, kind: "unreachable", reason };
}

function dangling({ station: { server, address } }: Alias): ServerSighting {
  return { server, address, kind: "absent", nxdomain: true, negativeTtl: undefined };
}

function endless({ station: { server, address }, outcome }: Alias, cnames: readonly Fqdn[]): ServerSighting {
  const reason = `has a CNAME to ${outcome.target} that never ends (${cnames.join(" → ")})`;
  return { server, address, kind: "lame", reason, recursive: false };
}
