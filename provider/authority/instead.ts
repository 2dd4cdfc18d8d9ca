import type { Fqdn } from "../core/fqdn";
import type { ServerAddress } from "./cut";
import type { QueryLimits } from "./exchange";
import type { WantedSet } from "./reply";
import { ask, type ServerReply } from "./zone-question";

/**
 * The replies of a look for a CNAME, each with the addresses that the name has in its place: a name that exists without CNAME and
 * TXT may be an alias that the host itself follows. Nothing more is asked of names that do not exist.
 */
export async function addressesInstead(
  replies: readonly ServerReply[],
  { name, type }: WantedSet,
  zone: Fqdn,
  limits: QueryLimits,
): Promise<readonly ServerReply[]> {
  if (type !== "CNAME") return replies;
  return Promise.all(
    replies.map(async ({ serverAddress, outcome }): Promise<ServerReply> => {
      if (outcome.kind !== "absent" || outcome.nxdomain || outcome.instead) return { serverAddress, outcome };
      const addresses = await addressesAt(serverAddress, name, zone, limits);
      if (addresses.length === 0) return { serverAddress, outcome };
      return { serverAddress, outcome: { ...outcome, instead: { texts: [], addresses } } };
    }),
  );
}

async function addressesAt(
  serverAddress: ServerAddress,
  name: Fqdn,
  zone: Fqdn,
  limits: QueryLimits,
): Promise<readonly string[]> {
  for (const type of ["A", "AAAA"] as const) {
    const { outcome } = await ask(serverAddress, { name, type }, zone, limits);
    if (outcome.kind === "values") return outcome.values;
  }
  return [];
}
