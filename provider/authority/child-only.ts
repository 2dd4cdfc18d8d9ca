import type { Fqdn } from "../core/fqdn";
import { isPrivate } from "./address-kinds";
import { isLimit } from "./allowance";
import type { ServerAddress } from "./cut";
import type { QueryLimits } from "./exchange";
import type { Glue, WantedSet } from "./reply";
import type { Resolver } from "./resolver";
import { ask, type ServerReply } from "./zone-question";

/** Servers that only the zone names, and addresses of them, that are asked. */
const SERVERS_AT_MOST = 4;
const ADDRESSES_AT_MOST = 8;

/** What is asked, of whom. */
interface ChildOnlyQuestion {
  readonly zone: Fqdn;
  readonly wanted: WantedSet;
  /** The NS set that the zone itself serves. */
  readonly apex: Glue;
  /** The NS set of the parent's referral. */
  readonly delegated: Glue;
  /** Addresses that have been asked, under whatever name. */
  readonly asked: readonly ServerAddress[];
  readonly port: number;
}

/** Asks the servers that only the zone's own NS set names. None where the two sets are the same. */
export async function askChildOnly(
  { zone, wanted, apex, delegated, asked, port }: ChildOnlyQuestion,
  resolver: Resolver,
  limits: QueryLimits,
): Promise<readonly ServerReply[]> {
  const names = [...apex.keys()].filter((name) => !delegated.has(name)).sort();
  if (names.length === 0) return [];
  const known = new Set(asked.map(({ address }) => address));
  const found = await Promise.all(
    names.slice(0, SERVERS_AT_MOST).map(async (server) => {
      const glue = apex.get(server) ?? [];
      const addresses = glue.length > 0 ? glue : await addressesOf(server, resolver, limits);
      return addresses.map((address) => ({ server, address, port }));
    }),
  );
  const places = found.flat().filter((at) => !known.has(at.address) && !isPrivate(at));
  return Promise.all(places.slice(0, ADDRESSES_AT_MOST).map((at) => ask(at, wanted, zone, limits)));
}

/** What cannot be learned of such a server is left out: it is only asked in addition. */
async function addressesOf(server: string, resolver: Resolver, limits: QueryLimits): Promise<readonly string[]> {
  try {
    return (await resolver.addresses(server, limits)) ?? [];
  } catch (error) {
    if (!isLimit(error)) throw error;
    return [];
  }
}
