import { AuthorityError } from "../core/errors";
import { type Fqdn, isWithin } from "../core/fqdn";
import { isLimit, limitReached } from "./allowance";
import type { NameServer, Unasked, UnresolvedServer } from "./authority";
import type { Cut } from "./cut";
import type { QueryLimits } from "./exchange";
import { inWords } from "./reply";
import type { Resolver } from "./resolver";

/** The servers that a look can ask, and why it cannot ask the others. */
export interface NameServers {
  /** Those whose names do not resolve have no addresses. */
  readonly servers: readonly NameServer[];
  readonly unresolved: readonly UnresolvedServer[];
  /** Nothing is known of these, not even that they have no address. `because`: our own limits forbid to ask. */
  readonly unasked: readonly { readonly server: string; readonly reason: string; readonly because?: Unasked }[];
}

/** More than a well-run zone has: `.com` has 26. A hostile one must not make us flood others. At least one for each server. */
export const ADDRESSES_AT_MOST = 64;
/** Servers of one delegation that are asked. The most that any healthy one has are 13, since more do not fit an answer of 512 octets. */
const SERVERS_AT_MOST = 20;
const LEFT_OUT_NAMED = 10;
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
        return { name, addresses: await resolver.addresses(name, limits) };
      } catch (error) {
        if (!isLimit(error)) throw error;
        return { name, addresses: undefined, because: "limit" as const };
      }
    }),
  );
  const unlooked = found.flatMap(({ name, because }) => (because === "limit" ? [name] : []));
  const servers = found.flatMap(({ name, addresses }) => (addresses === undefined ? [] : [{ name, addresses }]));
  const without = found.flatMap(({ name, addresses, because }) => (addresses || because ? [] : [name]));
  const { failing, cutShort } = await whyUnresolved(cut, without, resolver, limits);
  const limited = [...unlooked, ...cutShort];
  const untold = without.filter((name) => !cutShort.includes(name));
  if ((limited.length > 0 || failing === undefined) && servers.every(({ addresses }) => addresses.length === 0)) {
    if (limits.budget && limited.length > 0) throw limitReached(limits.budget.domain);
    throw resolverUnreachable(
      resolver,
      `the addresses of the name servers of ${inWords(cut.zone)} (${names.join(", ")})`,
    );
  }
  const absent = servers.filter(({ addresses }) => addresses.length === 0);
  return {
    servers: withRoom(servers, ADDRESSES_AT_MOST),
    unresolved: [...absent.map(({ name }) => ({ server: name, why: "absent" as const })), ...(failing ?? [])],
    unasked: [
      ...untold.map((server) => ({ server, reason: "no resolver could tell its address" })),
      ...limited.map((server) => ({
        server,
        reason: "its address was not looked up: the domain leads to too many questions",
        because: "limit" as const,
      })),
      ...leftOut(all.slice(SERVERS_AT_MOST)),
    ],
  };
}

/** Servers of one zone that are looked into. */
const LOOKED_INTO = 4;

/**
 * `failing` is undefined where the resolvers fail at other questions too: then they are at fault, and nothing is known of the
 * servers. `cutShort`: those that our own limits forbade to look into. These questions only explain, and end no look.
 */
async function whyUnresolved(
  { zone }: Cut,
  servers: readonly string[],
  resolver: Resolver,
  limits: QueryLimits,
): Promise<{ readonly failing: readonly UnresolvedServer[] | undefined; readonly cutShort: readonly string[] }> {
  if (servers.length === 0) return { failing: [], cutShort: [] };
  const works = await unlessLimited(resolver.works(zone, limits));
  if (works === "limited") return { failing: [], cutShort: servers };
  if (!works) return { failing: undefined, cutShort: [] };
  const cutShort: string[] = [];
  const failing = await Promise.all(
    servers.map(async (server, index): Promise<readonly UnresolvedServer[]> => {
      // Only that server, or another one of the zone, could tell its address.
      if (isWithin(server as Fqdn, zone)) return [{ server, why: "no-glue" }];
      const bogus = index < LOOKED_INTO && (await unlessLimited(resolver.resolvesUnchecked(server, limits)));
      if (bogus !== "limited") return [{ server, why: bogus ? "bogus" : "failing" }];
      cutShort.push(server);
      return [];
    }),
  );
  return { failing: failing.flat(), cutShort };
}

async function unlessLimited<T>(asked: Promise<T>): Promise<T | "limited"> {
  try {
    return await asked;
  } catch (error) {
    if (!isLimit(error)) throw error;
    return "limited";
  }
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

export function resolverUnreachable(resolver: Resolver, wanted: string): AuthorityError {
  return new AuthorityError(
    "resolver-unreachable",
    `No recursive resolver (${resolver.described || "none is set up on this machine"}) could answer the question for ${wanted}.`,
    { retryable: true },
  );
}
