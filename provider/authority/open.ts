import { baseOf, type Clock } from "../core/clock";
import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { openSingleFlight } from "../core/queues";
import { quotedAddress, withoutCredentials } from "../core/text";
import { domainCharged, isLimit } from "./allowance";
import type { Authority, AuthorityOptions } from "./authority";
import { openBudget, processLimitsOf } from "./budget";
import { openCache } from "./cache";
import { openDelegations } from "./delegation";
import { findDkimKeys } from "./dkim-keys";
import { askOverHttps, askResolver, DOH_RESOLVERS, lookOverHttps } from "./doh";
import { examineServers } from "./examine";
import { exchange, type QueryLimits } from "./exchange";
import { glance } from "./glance";
import { judge } from "./judge";
import { look, lookAll } from "./look";
import { type AskRecursive, findMailRoute } from "./mail";
import type { WantedSet } from "./reply";
import { openResolver, parseEndpoint, systemResolvers } from "./resolver";
import { realNowMs, TIMEOUTS, type Timeouts } from "./timeouts";
import type { Endpoint } from "./udp";
import { type NameAndType, type Validator, validate } from "./validation";
import type { Reader } from "./zone-replies";

const DNS_PORT = 53;
const SERVERS_AT_MOST = 4_096;
const NAMES_AT_MOST = 8_192;

/**
 * Known delegations are shared by all readers with the same options and the same clock in this process:
 * so a thousand domains ask the root and the registries little.
 */
const remembered = new WeakMap<Clock, Map<string, Reader>>();

/** Opens nothing yet: sockets come with the first question, and close by themselves when idle. */
export function openAuthority(options: AuthorityOptions, timeouts: Timeouts = TIMEOUTS): Authority {
  const see = lookFor(options, timeouts);
  return {
    look: see,
    lookAll: (name, types, ctx) =>
      options.mode === "authoritative"
        ? lookAll(name, types, readerFor(options, timeouts, ctx.clock), ctx)
        : Promise.all(types.map((type) => see(name, type, ctx))),
    check: async (name, type, values, ctx) => judge(await see(name, type, ctx), values),
    examine(sighting, ctx) {
      const root = (limits: QueryLimits) => readerFor(options, timeouts, ctx.clock).delegations.rootServers(limits);
      return examineServers(sighting, options.port ?? DNS_PORT, root, timeouts, ctx);
    },
    glance: (names, known, ctx) => glance(names, known, options.port ?? DNS_PORT, timeouts, ctx),
    async validate(name, type, ctx) {
      const limits = queryLimits(name, timeouts, ctx);
      const asked = await signed({ name, type }, options, limits, ctx);
      return asked && validate(asked, validators(options, limits, ctx));
    },
    dkimKeys: (domain, targets, ctx) =>
      findDkimKeys(targets, recursive(options, queryLimits(domain, timeouts, ctx), ctx)),
    mailRoute: async (domain, ctx) =>
      findMailRoute(domain, recursive(options, queryLimits(domain, timeouts, ctx), ctx)),
  };
}

function queryLimits(name: Fqdn, timeouts: Timeouts, ctx: Ctx): QueryLimits {
  const budget = openBudget(domainCharged(name, ctx), processLimitsOf(ctx.clock));
  const onReply = () => ctx.answered?.();
  return { timeouts, signal: ctx.signal, untilMs: realNowMs() + timeouts.lookMs, budget, onReply };
}

function recursive(options: AuthorityOptions, limits: QueryLimits, ctx: Ctx): AskRecursive {
  if (options.mode === "off") return () => Promise.resolve(undefined);
  if (options.mode === "doh") {
    const urls = dohUrls(options);
    return (name, type) => askOverHttps(name, type, urls, limits);
  }
  const { resolver } = readerFor(options, limits.timeouts, ctx.clock);
  return (name, type) => resolver.ask(name, type, limits).catch(nothingWhereLimited);
}

function nothingWhereLimited(error: unknown): undefined {
  if (!isLimit(error)) throw error;
  return undefined;
}

/**
 * What to ask resolvers of a name's DNSSEC: its zone's SOA, never the record itself, since they would cache its absence.
 * Over HTTPS the look has asked them for the record already, and knows no zone. Undefined where the zone is not known.
 */
async function signed(
  wanted: WantedSet,
  options: AuthorityOptions,
  limits: QueryLimits,
  ctx: Ctx,
): Promise<NameAndType | undefined> {
  if (options.mode !== "authoritative") return wanted;
  try {
    const { delegations } = readerFor(options, limits.timeouts, ctx.clock);
    const { zone } = await delegations.closestCut(wanted.name, limits);
    return { name: zone, type: "SOA" };
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return undefined;
  }
}

function validators(options: AuthorityOptions, limits: QueryLimits, ctx: Ctx): readonly Validator[] {
  if (options.mode === "off") return [];
  if (options.mode === "doh") {
    return dohUrls(options).map((url) => ({
      resolver: withoutCredentials(url),
      ask: (query) => askResolver(query, url, limits),
    }));
  }
  return readerFor(options, limits.timeouts, ctx.clock).resolver.endpoints.map((at) => ({
    resolver: at.address,
    async ask(query) {
      const result = await exchange(query, at, limits);
      return result.kind === "reply" ? result.message : undefined;
    },
  }));
}

function dohUrls({ resolvers }: AuthorityOptions): readonly string[] {
  return resolvers?.length ? resolvers : DOH_RESOLVERS;
}

function lookFor(options: AuthorityOptions, timeouts: Timeouts): Authority["look"] {
  if (options.mode === "doh") {
    const urls = dohUrls(options);
    return (name, type, ctx) => lookOverHttps(name, type, urls, queryLimits(name, timeouts, ctx));
  }
  if (options.mode === "off") {
    return () => Promise.reject(new AuthorityError("dns-check-off", 'DNS is not read: dnsCheck.mode is "off".'));
  }
  return (name, type, ctx) => look(name, type, readerFor(options, timeouts, ctx.clock), ctx);
}

function readerFor(options: AuthorityOptions, timeouts: Timeouts, shown: Clock): Reader {
  const clock = baseOf(shown);
  const port = options.port ?? DNS_PORT;
  const key = JSON.stringify([port, options.resolvers ?? [], timeouts]);
  const known = remembered.get(clock) ?? new Map<string, Reader>();
  remembered.set(clock, known);
  const there = known.get(key);
  if (there) return there;
  const resolver = openResolver(endpoints(options.resolvers), clock);
  const delegations = openDelegations(resolver, port, clock);
  const opened = {
    delegations,
    resolver,
    port,
    timeouts,
    processLimits: processLimitsOf(clock),
    sendsAuthority: openCache<true>(clock, SERVERS_AT_MOST),
    zoneOfName: openCache<Fqdn>(clock, NAMES_AT_MOST),
    shareZone: openSingleFlight<Awaited<ReturnType<Reader["shareZone"]>>>(),
  };
  known.set(key, opened);
  return opened;
}

function endpoints(resolvers: readonly string[] | undefined): readonly Endpoint[] {
  if (!resolvers?.length) return systemResolvers();
  return resolvers.map((text) => {
    const endpoint = parseEndpoint(text);
    if (endpoint === undefined) {
      throw new AuthorityError("resolver-unreachable", `${quotedAddress(text)} is not a resolver's address.`, {
        hint: "Write address, address:port or [v6]:port.",
      });
    }
    return endpoint;
  });
}
