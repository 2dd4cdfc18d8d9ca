import { getDomain } from "tldts";
import type { Clock } from "../core/clock";
import { AuthorityError } from "../core/errors";
import { type Fqdn, isWithin, parentOf, ROOT } from "../core/fqdn";
import { openSingleFlight } from "../core/queues";
import type { Message } from "../wire/message";
import type { ServersState } from "./authority";
import { lookTooLong } from "./budget";
import { openCache, SHORTEST_LIFE_MS } from "./cache";
import {
  askAny,
  type Cut,
  type Reading,
  type ServerAddress,
  serverAddressesOf,
  serversUnreachable,
  stateOfFailed,
} from "./cut";
import { limitsForSharedWork, type QueryLimits } from "./exchange";
import { resolverUnreachable, serversOf } from "./name-servers";
import { type Glue, type ParsedReply, readReply, serversIn } from "./reply";
import type { Resolver } from "./resolver";
import { ROOT_HINTS } from "./root-hints";
import { runShared } from "./shared-work";
import { REFERRAL_TYPE, readApex, readZoneOf } from "./zone-readers";

/** A zone cut below another one; `ttl` in seconds. */
export interface ChildCut extends Cut {
  readonly ttl: number;
}

/** Finds zone cuts by following referrals, and remembers them; looks that overlap ask a parent once. */
export interface Delegations {
  /**
   * The deepest cut on the way to `name` that the registries have. Below it (from the registrable domain down) the zone's
   * own servers have to be asked: all of them, which is what a look does anyway.
   * Throws `AuthorityError`: `zone-unknown`, `servers-unreachable`, `servers-intercepted`, `resolver-unreachable`,
   * `look-too-long`, `dns-limit`.
   */
  closestCut(name: Fqdn, limits: QueryLimits): Promise<Cut>;
  /** Remembers a cut that the servers of `from` referred to. */
  learn(below: ChildCut, from: Fqdn): Cut;
  forget(zone: Fqdn): void;
  /**
   * The zone that holds `name` as one of these addresses says, since a server may serve parent and child: "here" where
   * it is `cut` itself, undefined where none says. Not cached: that server may be out of date.
   */
  within(
    cut: Cut,
    serverAddresses: readonly ServerAddress[],
    name: Fqdn,
    limits: QueryLimits,
  ): Promise<ChildCut | "here" | undefined>;
  /**
   * What the root's servers do at this moment when asked for `zone`: evidence of whether this network lets DNS through.
   * Undefined where they could not be asked.
   */
  root(zone: Fqdn, limits: QueryLimits): Promise<ServersState | undefined>;
  /** The root's servers, each with its addresses. Empty where they could not be learned: they only serve to explain. */
  rootServers(limits: QueryLimits): Promise<readonly ServerAddress[]>;
  /** The zone's own NS set, as one of these addresses serves it. */
  apex(zone: Fqdn, serverAddresses: readonly ServerAddress[], limits: QueryLimits): Promise<Glue | undefined>;
}

/** A change at the registrar should show within minutes, so a referral is not kept for the days that its TTL allows. */
const CUT_LIFE_MS = 300_000;
const TOP_LIFE_MS = 3_600_000;
/** Addresses of a parent's servers that are tried: half of them may be silent. */
const PARENT_TRIES = 13;
const CUTS_AT_MOST = 8_192;

/** What one question to a parent gave: a deeper cut, none ("here"), or the address that denies the name. */
interface ReferralStep {
  readonly asked: Fqdn;
  readonly cut: Cut | "here" | { readonly deniedBy: ServerAddress };
}

export function openDelegations(resolver: Resolver, port: number, clock: Clock): Delegations {
  const cuts = openCache<Cut>(clock, CUTS_AT_MOST);
  const apexes = openCache<Glue>(clock, CUTS_AT_MOST);
  const shareRoot = openSingleFlight<Cut>();
  const shareStep = openSingleFlight<ReferralStep>();

  const self: Delegations = {
    async closestCut(name, limits) {
      const domain = (getDomain(name, { validateHostname: false }) ?? name) as Fqdn;
      let cut = deepest(name) ?? (await rootCut(limits));
      while (cut.zone !== domain && isWithin(domain, cut.zone)) {
        if (limits.budget?.enterZone() === false) throw lookTooLong(name);
        const here = cut;
        const ask = (signal: AbortSignal) => step(here, name, limitsForSharedWork(limits, signal));
        let next = await runShared(shareStep, `${here.zone} ${childToward(name, here.zone)}`, ask, limits);
        const fits = typeof next.cut === "object" && "zone" in next.cut && isWithin(name, next.cut.zone);
        if (!fits && next.asked !== name) next = await ask(limits.signal);
        if (next.cut === "here") return cut;
        if ("deniedBy" in next.cut) throw zoneUnknown(domain, cut.zone, next.cut.deniedBy);
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
    async within(cut, serverAddresses, name, limits) {
      for (let asked = name; asked !== cut.zone && isWithin(asked, cut.zone); asked = parentOf(asked)) {
        const answer = await askAny(serverAddresses, { name: asked, type: "SOA" }, readZoneOf(asked, cut.zone), limits);
        if (!("good" in answer)) return undefined;
        const { value: found, serverAddress } = answer.good;
        if (found.kind === "referral") return found;
        if (found.kind === "zone")
          return found.zone === cut.zone ? "here" : colocatedChild(found.zone, serverAddress, limits);
      }
      return "here";
    },
    async rootServers(limits) {
      try {
        const { servers } = await serversOf(cuts.get(ROOT) ?? (await rootCut(limits)), resolver, limits);
        return serverAddressesOf(servers, port);
      } catch (error) {
        if (!(error instanceof AuthorityError)) throw error;
        return [];
      }
    },
    async root(zone, limits) {
      const read = readZoneOf(zone, ROOT);
      const asked = { name: zone, type: "SOA" };
      const answer = await askAny(await self.rootServers(limits), asked, read, limits, PARENT_TRIES);
      return "good" in answer ? "answer" : stateOfFailed(answer.bad);
    },
    async apex(zone, serverAddresses, limits) {
      const known = apexes.get(zone);
      if (known) return known;
      const answer = await askAny(serverAddresses, { name: zone, type: "NS" }, readApex(zone), limits);
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

  function rootCut(limits: QueryLimits): Promise<Cut> {
    return runShared(shareRoot, "", (signal) => primeRoot(limitsForSharedWork(limits, signal)), limits);
  }

  /** The root's servers, from the resolver (priming, RFC 8109), else from the built-in root hints. */
  async function primeRoot(limits: QueryLimits): Promise<Cut> {
    const reply = await resolver.ask("", "NS", limits);
    const glue = reply && serversIn(reply.answers, ROOT, reply.additionals, ROOT);
    const ttl = reply?.answers.find(({ type }) => type === "NS")?.ttl ?? 0;
    if (glue && glue.size > 0) return self.learn({ zone: ROOT, glue, ttl }, ROOT);
    // With a port other than 53 (tests), the root hints do not apply.
    if (port !== 53) throw resolverUnreachable(resolver, "the root's name servers");
    return self.learn({ zone: ROOT, glue: ROOT_HINTS, ttl: CUT_LIFE_MS / 1_000 }, ROOT);
  }

  async function step(cut: Cut, name: Fqdn, limits: QueryLimits): Promise<ReferralStep> {
    const { servers } = await serversOf(cut, resolver, limits);
    const serverAddresses = serverAddressesOf(servers, port);
    if (cut.zone === ROOT && serverAddresses.length === 0) {
      throw resolverUnreachable(resolver, "the addresses of the root's name servers");
    }
    const answer = await askParent(serverAddresses, cut, name, limits);
    if (!("good" in answer)) {
      // It may have other servers by now: the next look asks the parent again.
      const isCut = answer.bad.some(({ limited }) => limited);
      if (!isCut) self.forget(cut.zone);
      const ofRoot = () => (cut.zone === ROOT ? stateOfFailed(answer.bad) : self.root(cut.zone, limits));
      throw serversUnreachable(cut.zone, answer.bad, isCut ? undefined : await ofRoot(), limits);
    }
    const first = answer.good;
    // A server that is out of date does not know a new domain: a second one has to deny it too, if another answers.
    const others = denies(first.value, cut.zone)
      ? serverAddresses.filter(({ server }) => server !== first.serverAddress.server)
      : [];
    const second = others.length > 0 ? await askParent(others, cut, name, limits) : answer;
    const { value: reply, serverAddress } = "good" in second ? second.good : first;
    return { asked: name, cut: await followUp(reply, serverAddress, cut, name, limits) };
  }

  function askParent(serverAddresses: readonly ServerAddress[], { zone }: Cut, name: Fqdn, limits: QueryLimits) {
    const read = (message: Message): Reading<Exclude<ParsedReply, { kind: "lame" }>> => {
      const reply = readReply(message, { name, type: REFERRAL_TYPE }, zone);
      return reply.kind === "lame" ? { lame: reply.reason, recursive: reply.recursive } : { good: reply };
    };
    return askAny(serverAddresses, { name, type: REFERRAL_TYPE }, read, limits, PARENT_TRIES);
  }

  async function followUp(
    reply: Exclude<ParsedReply, { kind: "lame" }>,
    serverAddress: ServerAddress,
    cut: Cut,
    name: Fqdn,
    limits: QueryLimits,
  ): Promise<ReferralStep["cut"]> {
    if (reply.kind === "referral") return self.learn(reply, cut.zone);
    if (denies(reply, cut.zone)) return { deniedBy: serverAddress };
    const lower = reply.kind === "absent" && reply.zone !== cut.zone ? reply.zone : undefined;
    if (reply.kind === "absent" && lower === undefined) return "here";
    const below = await (lower === undefined
      ? self.within(cut, [serverAddress], name, limits)
      : colocatedChild(lower, serverAddress, limits));
    return typeof below === "object" ? self.learn(below, cut.zone) : "here";
  }

  /** A server that serves parent and child sends no referral to the child: the child's own NS set is used in its place. */
  async function colocatedChild(
    zone: Fqdn,
    serverAddress: ServerAddress,
    limits: QueryLimits,
  ): Promise<ChildCut | undefined> {
    const glue = await self.apex(zone, [serverAddress], limits);
    return glue && { zone, glue, ttl: CUT_LIFE_MS / 1_000 };
  }
}

function lifeMs(ttl: number, longestMs: number): number {
  return Math.max(SHORTEST_LIFE_MS, Math.min(ttl * 1_000, longestMs));
}

/** Whether `zone` itself says that there is no such name. */
function denies(reply: ParsedReply, zone: Fqdn): boolean {
  return reply.kind === "absent" && reply.nxdomain && (reply.zone ?? zone) === zone;
}

/** The name one label below `zone` on the way to `name`. */
function childToward(name: Fqdn, zone: Fqdn): Fqdn {
  let at = name;
  while (at !== ROOT && parentOf(at) !== zone) at = parentOf(at);
  return at;
}

function zoneUnknown(domain: Fqdn, zone: Fqdn, { server, address }: ServerAddress): AuthorityError {
  return new AuthorityError(
    "zone-unknown",
    `${domain} is not delegated: ${zone === ROOT ? "the root zone" : `the zone ${zone}`} says that there is no such name (NXDOMAIN from ${server}, ${address}).`,
    { hint: "Register the domain, or have its registrar name the servers of its DNS host.", retryable: true },
  );
}
