import { isIPv4 } from "node:net";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import { isLimit, limitReached } from "./allowance";
import type { NameServer, Unasked } from "./authority";
import { exchange, type QueryLimits } from "./exchange";
import { firstGood } from "./hedge";
import { type Glue, inWords } from "./reply";
import type { Resolver } from "./resolver";
import type { Endpoint } from "./udp";

/** A zone and the servers that its parent names for it. */
export interface Cut {
  readonly zone: Fqdn;
  readonly glue: Glue;
}

/** One address of one server. */
export interface ServerAddress extends Endpoint {
  readonly server: string;
}

/** Why one address gave no usable answer. */
export interface QueryFailure {
  readonly serverAddress: ServerAddress;
  readonly reason: string;
  readonly recursive: boolean;
  readonly reached: boolean;
  /** It was not asked, since our own limits forbid it. */
  readonly limited: boolean;
}

/** The servers that a look can ask, and why it cannot ask the others. */
export interface NameServers {
  /** Those whose names do not resolve have no addresses. */
  readonly servers: readonly NameServer[];
  /** Nothing is known of these, not even that they have no address. `because`: our own limits forbid to ask. */
  readonly unasked: readonly { readonly server: string; readonly reason: string; readonly because?: Unasked }[];
}

/** More than a well-run zone has: `.com` has 26. A hostile one must not make us flood others. At least one for each server. */
export const ADDRESSES_AT_MOST = 64;
/** Servers of one delegation that are asked. The most that any healthy one has are 13, since more do not fit an answer of 512 octets. */
const SERVERS_AT_MOST = 20;
const LEFT_OUT_NAMED = 10;
/** How many addresses are tried where one answer is enough. */
const TRIES = 6;

/**
 * The servers with their addresses: from the glue of the parent (such servers come first where there are too many), else
 * from a resolver. Throws `AuthorityError` (`resolver-unreachable`, `dns-limit`) where nothing is known of any.
 */
export async function serversOf(cut: Cut, resolver: Resolver, limits: QueryLimits): Promise<NameServers> {
  const glued = (name: string) => (cut.glue.get(name)?.length ? 0 : 1);
  const all = [...cut.glue.keys()].sort().sort((a, b) => glued(a) - glued(b));
  const names = all.slice(0, SERVERS_AT_MOST).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const glue = cut.glue.get(name) ?? [];
      if (glue.length > 0) return { name, addresses: glue };
      try {
        return {
          name,
          addresses: await resolver.addresses(name, limits),
          reason: "no resolver could tell its address",
        };
      } catch (error) {
        if (!isLimit(error)) throw error;
        const reason = "its address was not looked up: the domain leads to too many questions";
        return { name, addresses: undefined, reason, because: "limit" as const };
      }
    }),
  );
  const servers = found.flatMap(({ name, addresses }) => (addresses === undefined ? [] : [{ name, addresses }]));
  const unresolved = found.filter(({ addresses }) => addresses === undefined);
  if (unresolved.length > 0 && servers.every(({ addresses }) => addresses.length === 0)) {
    if (limits.budget && unresolved.some(({ because }) => because === "limit"))
      throw limitReached(limits.budget.domain);
    throw resolverUnreachable(
      resolver,
      `the addresses of the name servers of ${inWords(cut.zone)} (${names.join(", ")})`,
    );
  }
  return {
    servers: withRoom(servers, ADDRESSES_AT_MOST),
    unasked: [
      ...unresolved.map(({ name, reason = "", because }) => ({ server: name, reason, ...(because && { because }) })),
      ...leftOut(all.slice(SERVERS_AT_MOST)),
    ],
  };
}

/** One entry for all servers above the limit. */
function leftOut([next, ...more]: readonly string[]): NameServers["unasked"] {
  if (next === undefined) return [];
  const named = more.slice(0, LEFT_OUT_NAMED).join(", ");
  const others =
    more.length === 0 ? "" : `, nor were ${more.length} more (${named}${more.length > LEFT_OUT_NAMED ? ", …" : ""})`;
  return [
    {
      server: next,
      reason: `it was not asked${others}: of one delegation ${SERVERS_AT_MOST} are`,
      because: "excess",
    },
  ];
}

/** The first address of each server, then the second of each, and so on while there is room. */
export function withRoom(servers: readonly NameServer[], room: number): readonly NameServer[] {
  const shares = servers.map(({ name }) => ({ name, addresses: [] as string[] }));
  let left = room;
  for (let turn = 0; left > 0 && servers.some(({ addresses }) => addresses.length > turn); turn++) {
    for (const [index, { addresses }] of servers.entries()) {
      const address = addresses[turn];
      if (address === undefined || left === 0) continue;
      shares[index]?.addresses.push(address);
      left -= 1;
    }
  }
  return shares;
}

export function serverAddressesOf(servers: readonly NameServer[], port: number): readonly ServerAddress[] {
  return servers.flatMap(({ name, addresses }) => addresses.map((address) => ({ server: name, address, port })));
}

/** Asks one address after another until `read` accepts a reply. `bad` says why the others were not accepted. */
export function askAny<T>(
  serverAddresses: readonly ServerAddress[],
  query: { readonly name: string; readonly type: string },
  read: (message: Message) => { readonly good: T } | { readonly lame: string; readonly recursive: boolean },
  limits: QueryLimits,
): Promise<
  | { readonly good: { readonly value: T; readonly serverAddress: ServerAddress } }
  | { readonly bad: readonly QueryFailure[] }
> {
  return firstGood<ServerAddress, { value: T; serverAddress: ServerAddress }, QueryFailure>(
    inQueryOrder(serverAddresses).slice(0, TRIES),
    async (serverAddress, signal) => {
      const result = await exchange({ ...query, recursionDesired: false }, serverAddress, { ...limits, signal });
      if (result.kind === "silence")
        return {
          bad: {
            serverAddress,
            reason: result.reason,
            recursive: false,
            reached: false,
            limited: result.limited === true,
          },
        };
      const value = read(result.message);
      if ("good" in value) return { good: { value: value.good, serverAddress } };
      return { bad: { serverAddress, reason: value.lame, recursive: value.recursive, reached: true, limited: false } };
    },
    limits.timeouts.hedgeMs,
    limits.signal,
  );
}

/** One address of each server first, in random order, IPv4 before IPv6: a machine without IPv6 may notice that only by a timeout. */
function inQueryOrder(serverAddresses: readonly ServerAddress[]): readonly ServerAddress[] {
  const byFamily = shuffled(serverAddresses).sort((a, b) => family(a) - family(b));
  const turns = new Map<string, number>();
  const ranked = byFamily.map((serverAddress) => {
    const turn = turns.get(serverAddress.server) ?? 0;
    turns.set(serverAddress.server, turn + 1);
    return { serverAddress, rank: turn * 2 + family(serverAddress) };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ serverAddress }) => serverAddress);
}

/** Fisher-Yates shuffle. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    const [a, b] = [mixed[index], mixed[other]] as [T, T];
    mixed[index] = b;
    mixed[other] = a;
  }
  return mixed;
}

function family({ address }: ServerAddress): number {
  return isIPv4(address) ? 0 : 1;
}

export function resolverUnreachable(resolver: Resolver, wanted: string): AuthorityError {
  return new AuthorityError(
    "resolver-unreachable",
    `No recursive resolver (${resolver.described || "none is set up on this machine"}) could answer the question for ${wanted}.`,
    { hint: "Name one that this machine can reach: dnsCheck: { resolvers: [...] }.", retryable: true },
  );
}

export function serversUnreachable(
  zone: Fqdn,
  failures: readonly QueryFailure[],
  { budget }: QueryLimits,
): AuthorityError {
  if (budget && failures.some(({ limited }) => limited)) return limitReached(budget.domain);
  const reached = failures.filter((one) => one.reached);
  const intercepted = reached.length > 0 && reached.every(({ recursive }) => recursive);
  const told = failures
    .slice(0, 3)
    .map(({ serverAddress, reason }) => `${serverAddress.server} (${serverAddress.address}): ${reason}`);
  const what = reached.length > 0 ? "answered with authority" : "could be reached";
  return new AuthorityError(
    intercepted ? "servers-intercepted" : "servers-unreachable",
    `No name server of ${inWords(zone)} ${what}: ${told.join("; ") || "none of their names resolves"}.${
      intercepted ? " Something on this network answers DNS in their place." : ""
    }`,
    {
      hint: 'Where port 53 is blocked or intercepted, read over HTTPS: dnsCheck: { mode: "doh" }. It is weaker: resolvers may hold old answers.',
      retryable: true,
    },
  );
}
