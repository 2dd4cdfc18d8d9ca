import { getDomain } from "tldts";
import type { Clock } from "../core/clock";
import { AuthorityError } from "../core/errors";
import { type Fqdn, isWithin, parentOf, ROOT } from "../core/fqdn";
import { openSingleFlight } from "../core/queues";
import type { Message } from "../wire/message";
import { lookTooLong } from "./budget";
import { openCache, SHORTEST_LIFE_MS } from "./cache";
import { askAny, type Cut, resolverUnreachable, type Station, serversOf, serversUnreachable, stationsOf } from "./cut";
import { sharedTerms, type Terms } from "./exchange";
import { type Glue, inWords, type Outcome, readReply, serversIn } from "./reply";
import type { Resolver } from "./resolver";
import { ROOT_HINTS } from "./root-hints";
import { byShare } from "./share";

/** A cut below another, and for how many seconds it holds. */
export interface Below extends Cut {
  readonly ttl: number;
}

/** Finds zone cuts by following referrals, and remembers them; looks that overlap ask a parent once. */
export interface Delegations {
  /**
   * The deepest cut above `name` that the registries know of. Below it (from the registrable domain down) the zone's
   * own servers have to be asked: all of them, which is what a look does anyway.
   * Throws `AuthorityError`: `zone-unknown`, `servers-unreachable`, `servers-intercepted`, `resolver-unreachable`,
   * `look-too-long`, `dns-limit`.
   */
  above(name: Fqdn, terms: Terms): Promise<Cut>;
  /** Remembers a cut that the servers of `from` told of. */
  learn(below: Below, from: Fqdn): Cut;
  forget(zone: Fqdn): void;
  /**
   * The zone that holds `name` by the word of one of these stations, since servers may hold parent and child: "here" where
   * it is `cut` itself, undefined where none says. Remembers nothing: that station may lag.
   */
  within(cut: Cut, stations: readonly Station[], name: Fqdn, terms: Terms): Promise<Below | "here" | undefined>;
  /** The zone's own NS set, as one of these stations serves it. */
  apex(zone: Fqdn, stations: readonly Station[], terms: Terms): Promise<Glue | undefined>;
}

/** Registrars' changes should show within minutes, so a referral is not kept for the days its TTL allows. */
const CUT_LIFE_MS = 300_000;
const TOP_LIFE_MS = 3_600_000;
const CUTS_AT_MOST = 8_192;

/** Whatever type a parent is asked for, it refers to the child: one for all, so that looks for several types share the answer. */
const ANY_OF_THEM = "TXT";

/** Where one question to a parent led: further down, no further, or to the server that denies the name. */
interface Step {
  readonly asked: Fqdn;
  readonly cut: Cut | "here" | { readonly nowhere: Station };
}

export function openDelegations(resolver: Resolver, port: number, clock: Clock): Delegations {
  const cuts = openCache<Cut>(clock, CUTS_AT_MOST);
  const apexes = openCache<Glue>(clock, CUTS_AT_MOST);
  const shareRoot = openSingleFlight<Cut>();
  const shareStep = openSingleFlight<Step>();

  const self: Delegations = {
    async above(name, terms) {
      const domain = (getDomain(name, { validateHostname: false }) ?? name) as Fqdn;
      let cut = deepest(name) ?? (await byShare(shareRoot, "", (signal) => root(sharedTerms(terms, signal)), terms));
      while (cut.zone !== domain && isWithin(domain, cut.zone)) {
        if (terms.budget?.enterZone() === false) throw lookTooLong(name);
        const here = cut;
        const ask = (signal: AbortSignal) => step(here, name, sharedTerms(terms, signal));
        let next = await byShare(shareStep, `${here.zone} ${towards(name, here.zone)}`, ask, terms);
        const fits = typeof next.cut === "object" && "zone" in next.cut && isWithin(name, next.cut.zone);
        if (!fits && next.asked !== name) next = await ask(terms.signal);
        if (next.cut === "here") return cut;
        if ("nowhere" in next.cut) throw zoneUnknown(domain, cut.zone, next.cut.nowhere);
        cut = next.cut;
      }
      return cut;
    },
    learn({ zone, glue, ttl }, from) {
      const cut = { zone, glue };
      cuts.put(zone, cut, lifeMs(ttl, from === ROOT ? TOP_LIFE_MS : CUT_LIFE_MS));
      return cut;
    },
    forget(zone) {
      cuts.drop(zone);
      apexes.drop(zone);
    },
    async within(cut, stations, name, terms) {
      for (let asked = name; asked !== cut.zone && isWithin(asked, cut.zone); asked = parentOf(asked)) {
        const answer = await askAny(stations, { name: asked, type: "SOA" }, readHome(asked, cut.zone), terms);
        if (!("good" in answer)) return undefined;
        const { value: home, station } = answer.good;
        if (home.kind === "referral") return home;
        if (home.kind === "home") return home.zone === cut.zone ? "here" : twin(home.zone, station, terms);
      }
      return "here";
    },
    async apex(zone, stations, terms) {
      const known = apexes.get(zone);
      if (known) return known;
      const answer = await askAny(stations, { name: zone, type: "NS" }, readApex(zone), terms);
      if (!("good" in answer)) return undefined;
      apexes.put(zone, answer.good.value.glue, lifeMs(answer.good.value.ttl, CUT_LIFE_MS));
      return answer.good.value.glue;
    },
  };
  return self;

  function deepest(name: Fqdn): Cut | undefined {
    for (let zone = name; ; zone = parentOf(zone)) {
      const cut = cuts.get(zone);
      if (cut || zone === ROOT) return cut;
    }
  }

  /** The root's servers, by the resolver's word (RFC 8109), else from the list that comes with us. */
  async function root(terms: Terms): Promise<Cut> {
    const reply = await resolver.ask("", "NS", terms);
    const glue = reply && serversIn(reply.answers, ROOT, reply.additionals, ROOT);
    const ttl = reply?.answers.find(({ type }) => type === "NS")?.ttl ?? 0;
    if (glue && glue.size > 0) return self.learn({ zone: ROOT, glue, ttl }, ROOT);
    // Another port than DNS's own means another Internet than the one the list is of.
    if (port !== 53) throw resolverUnreachable(resolver, "the root's name servers");
    return self.learn({ zone: ROOT, glue: ROOT_HINTS, ttl: CUT_LIFE_MS / 1_000 }, ROOT);
  }

  async function step(cut: Cut, name: Fqdn, terms: Terms): Promise<Step> {
    const { servers } = await serversOf(cut, resolver, terms);
    const stations = stationsOf(servers, port);
    const answer = await askParent(stations, cut, name, terms);
    if (!("good" in answer)) {
      // Perhaps it has other servers by now: the next who asks finds them from above.
      if (!answer.bad.some(({ limited }) => limited)) self.forget(cut.zone);
      throw serversUnreachable(cut.zone, answer.bad, terms);
    }
    const first = answer.good;
    // A server that lags does not know a new domain: another has to deny it too, where there is one that answers.
    const others = denies(first.value, cut.zone)
      ? stations.filter(({ server }) => server !== first.station.server)
      : [];
    const second = others.length > 0 ? await askParent(others, cut, name, terms) : answer;
    const { value: outcome, station } = "good" in second ? second.good : first;
    return { asked: name, cut: await reading(outcome, station, cut, name, terms) };
  }

  function askParent(stations: readonly Station[], { zone }: Cut, name: Fqdn, terms: Terms) {
    const read = (message: Message) => {
      const outcome = readReply(message, { name, type: ANY_OF_THEM }, zone);
      return outcome.kind === "lame" ? { lame: outcome.reason, recursive: outcome.recursive } : { good: outcome };
    };
    return askAny(stations, { name, type: ANY_OF_THEM }, read, terms);
  }

  async function reading(
    outcome: Exclude<Outcome, { kind: "lame" }>,
    station: Station,
    cut: Cut,
    name: Fqdn,
    terms: Terms,
  ): Promise<Step["cut"]> {
    if (outcome.kind === "referral") return self.learn(outcome, cut.zone);
    if (denies(outcome, cut.zone)) return { nowhere: station };
    const lower = outcome.kind === "absent" && outcome.zone !== cut.zone ? outcome.zone : undefined;
    if (outcome.kind === "absent" && lower === undefined) return "here";
    const below = await (lower === undefined ? self.within(cut, [station], name, terms) : twin(lower, station, terms));
    return typeof below === "object" ? self.learn(below, cut.zone) : "here";
  }

  /** No referral leads to a zone whose parent's servers hold it too: its own NS set stands for the parent's. */
  async function twin(zone: Fqdn, station: Station, terms: Terms): Promise<Below | undefined> {
    const glue = await self.apex(zone, [station], terms);
    return glue && { zone, glue, ttl: CUT_LIFE_MS / 1_000 };
  }
}

function lifeMs(ttl: number, longestMs: number): number {
  return Math.max(SHORTEST_LIFE_MS, Math.min(ttl * 1_000, longestMs));
}

/** Whether the zone itself says that there is no such name. */
function denies(outcome: Outcome, zone: Fqdn): boolean {
  return outcome.kind === "absent" && outcome.nxdomain && (outcome.zone ?? zone) === zone;
}

/** The name one label below `zone` on the way to `name`. */
function towards(name: Fqdn, zone: Fqdn): Fqdn {
  let at = name;
  while (at !== ROOT && parentOf(at) !== zone) at = parentOf(at);
  return at;
}

type Home =
  | { readonly kind: "home"; readonly zone: Fqdn }
  | { readonly kind: "alias" }
  | Extract<Outcome, { kind: "referral" }>;

/** Reads the reply to "SOA of `name`?". A CNAME hides it; the name above it lies in the same zone. */
function readHome(name: Fqdn, zone: Fqdn) {
  return (message: Message): { good: Home } | { lame: string; recursive: boolean } => {
    const isApex =
      message.authoritative && message.answers.some((record) => record.type === "SOA" && record.name === name);
    if (isApex) return { good: { kind: "home", zone: name } };
    const outcome = readReply(message, { name, type: ANY_OF_THEM }, zone);
    if (outcome.kind === "referral") return { good: outcome };
    if (outcome.kind === "cname") return { good: { kind: "alias" } };
    if (outcome.kind === "absent" && outcome.zone !== undefined) return { good: { kind: "home", zone: outcome.zone } };
    return outcome.kind === "lame"
      ? { lame: outcome.reason, recursive: outcome.recursive }
      : { lame: "did not say which zone it answers from", recursive: false };
  };
}

function readApex(zone: Fqdn) {
  return (message: Message): { good: { glue: Glue; ttl: number } } | { lame: string; recursive: boolean } => {
    const glue = serversIn(message.answers, zone, message.additionals, zone);
    const ttl = message.answers.find(({ type }) => type === "NS")?.ttl ?? 0;
    if (message.authoritative && glue.size > 0) return { good: { glue, ttl } };
    return { lame: `did not answer for the name servers of ${inWords(zone)}`, recursive: message.recursionAvailable };
  };
}

function zoneUnknown(domain: Fqdn, zone: Fqdn, { server, address }: Station): AuthorityError {
  return new AuthorityError(
    "zone-unknown",
    `${domain} is not delegated: ${zone === ROOT ? "the root zone" : `the zone ${zone}`} says that there is no such name (NXDOMAIN from ${server}, ${address}).`,
    { hint: "Register the domain, or have its registrar name the servers of its DNS host.", retryable: true },
  );
}
