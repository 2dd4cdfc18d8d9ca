import { baseOf, type Clock } from "../core/clock";
import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { quotedAddress, withoutCredentials } from "../core/text";
import { askedFor, isLimit } from "./allowance";
import type { Authority, AuthorityOptions } from "./authority";
import { limitsOf, openBudget } from "./budget";
import { openCache } from "./cache";
import { openDelegations } from "./delegation";
import { askOverHttps, askResolver, DOH_RESOLVERS, lookOverHttps } from "./doh";
import { examineServers } from "./examine";
import { exchange, type Terms } from "./exchange";
import { judge } from "./judge";
import { look } from "./look";
import { type AskRecursive, findMailRoute } from "./mail";
import type { Wanted } from "./reply";
import { openResolver, parseEndpoint, systemResolvers } from "./resolver";
import type { Surroundings } from "./round";
import { PATIENCE, type Patience, realNowMs } from "./timeouts";
import type { Endpoint } from "./udp";
import { type Asked, type Validator, validate } from "./validation";

const DNS_PORT = 53;
const SERVERS_AT_MOST = 4_096;
const NAMES_AT_MOST = 8_192;

/**
 * What was learnt of delegations is shared by all who read with the same options and the same clock in this process:
 * a thousand domains ask the root and the registries little.
 */
const remembered = new WeakMap<Clock, Map<string, Surroundings>>();

/** Opens nothing yet: sockets come with the first question, and close by themselves when idle. */
export function openAuthority(options: AuthorityOptions, patience: Patience = PATIENCE): Authority {
  const see = reader(options, patience);
  return {
    look: see,
    check: async (name, type, values, ctx) => judge(await see(name, type, ctx), values),
    examine: (sighting, ctx) => examineServers(sighting, options.port ?? DNS_PORT, patience, ctx),
    async validate(name, type, ctx) {
      const terms = termsOf(name, patience, ctx);
      const asked = await signed({ name, type }, options, terms, ctx);
      return asked && validate(asked, validators(options, terms, ctx));
    },
    mailRoute: async (domain, ctx) => findMailRoute(domain, recursive(options, termsOf(domain, patience, ctx), ctx)),
  };
}

function termsOf(name: Fqdn, patience: Patience, ctx: Ctx): Terms {
  const budget = openBudget(askedFor(name, ctx), limitsOf(ctx.clock));
  const heard = () => ctx.answered?.();
  return { patience, signal: ctx.signal, untilMs: realNowMs() + patience.lookMs, budget, heard };
}

function recursive(options: AuthorityOptions, terms: Terms, ctx: Ctx): AskRecursive {
  if (options.mode === "off") return () => Promise.resolve(undefined);
  if (options.mode === "doh") {
    const urls = dohUrls(options);
    return (name, type) => askOverHttps(name, type, urls, terms);
  }
  const { resolver } = surroundings(options, terms.patience, ctx.clock);
  return (name, type) => resolver.ask(name, type, terms).catch(nothingWhereLimited);
}

function nothingWhereLimited(error: unknown): undefined {
  if (!isLimit(error)) throw error;
  return undefined;
}

/**
 * What to ask resolvers of a name's DNSSEC: its zone's SOA, never the record itself, since they would keep its absence.
 * Over HTTPS the look has asked them for the record already, and knows no zone. Undefined where the zone is not known.
 */
async function signed(wanted: Wanted, options: AuthorityOptions, terms: Terms, ctx: Ctx): Promise<Asked | undefined> {
  if (options.mode !== "authoritative") return wanted;
  try {
    const { delegations } = surroundings(options, terms.patience, ctx.clock);
    const { zone } = await delegations.above(wanted.name, terms);
    return { name: zone, type: "SOA" };
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return undefined;
  }
}

function validators(options: AuthorityOptions, terms: Terms, ctx: Ctx): readonly Validator[] {
  if (options.mode === "off") return [];
  if (options.mode === "doh") {
    return dohUrls(options).map((url) => ({
      resolver: withoutCredentials(url),
      ask: (question) => askResolver(question, url, terms),
    }));
  }
  return surroundings(options, terms.patience, ctx.clock).resolver.endpoints.map((at) => ({
    resolver: at.address,
    async ask(question) {
      const result = await exchange(question, at, terms);
      return result.kind === "reply" ? result.message : undefined;
    },
  }));
}

function dohUrls({ resolvers }: AuthorityOptions): readonly string[] {
  return resolvers?.length ? resolvers : DOH_RESOLVERS;
}

function reader(options: AuthorityOptions, patience: Patience): Authority["look"] {
  if (options.mode === "doh") {
    const urls = dohUrls(options);
    return (name, type, ctx) => lookOverHttps(name, type, urls, termsOf(name, patience, ctx));
  }
  if (options.mode === "off") {
    return () => Promise.reject(new AuthorityError("dns-check-off", 'DNS is not read: dnsCheck.mode is "off".'));
  }
  return (name, type, ctx) => look(name, type, surroundings(options, patience, ctx.clock), ctx);
}

function surroundings(options: AuthorityOptions, patience: Patience, shown: Clock): Surroundings {
  const clock = baseOf(shown);
  const port = options.port ?? DNS_PORT;
  const key = JSON.stringify([port, options.resolvers ?? [], patience]);
  const known = remembered.get(clock) ?? new Map<string, Surroundings>();
  remembered.set(clock, known);
  const there = known.get(key);
  if (there) return there;
  const resolver = openResolver(endpoints(options.resolvers), clock);
  const delegations = openDelegations(resolver, port, clock);
  const opened = {
    delegations,
    resolver,
    port,
    patience,
    limits: limitsOf(clock),
    telling: openCache<true>(clock, SERVERS_AT_MOST),
    homes: openCache<Fqdn>(clock, NAMES_AT_MOST),
  };
  known.set(key, opened);
  return opened;
}

function endpoints(resolvers: readonly string[] | undefined): readonly Endpoint[] {
  if (!resolvers?.length) return systemResolvers();
  return resolvers.map((text) => {
    const endpoint = parseEndpoint(text);
    if (endpoint === undefined) {
      throw new AuthorityError("resolver-unreachable", `${quotedAddress(text)} is no resolver's address.`, {
        hint: "Write address, address:port or [v6]:port.",
      });
    }
    return endpoint;
  });
}
