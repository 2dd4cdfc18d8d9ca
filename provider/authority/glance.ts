import type { Ctx } from "../core/ctx";
import { type Fqdn, isWithin } from "../core/fqdn";
import { domainCharged } from "./allowance";
import type { Sighting } from "./authority";
import { openBudget, processLimitsOf } from "./budget";
import { exchange, type QueryLimits } from "./exchange";
import { questionType, readReply } from "./reply";
import { isDefiniteSighting } from "./sighting";
import { realNowMs, type Timeouts } from "./timeouts";

/** Names that one glance reads; each costs one question where its server answers. */
const GLANCES_AT_MOST = 80;
/**
 * How long all of it takes at most, in first tries: a server, or a firewall in front of it, may drop odd names. For that
 * nothing waits, and a server does not count as silent.
 */
const PATIENCE = 1.5;

/**
 * Reads the type of `known` at further names of the zone that it was read in: one question for each name, each to one of the
 * addresses that answered there, in turn. What has a value comes back; that a name is left out proves nothing.
 */
export async function glance(
  names: readonly Fqdn[],
  known: Sighting,
  port: number,
  timeouts: Timeouts,
  ctx: Ctx,
): Promise<readonly Sighting[]> {
  const { delegation, type } = known;
  if (delegation === undefined) return [];
  const { zone } = delegation;
  const own = new Set(delegation.servers.flatMap(({ addresses }) => addresses));
  const answering = known.servers.filter((one) => isDefiniteSighting(one) && own.has(one.address));
  const budget = openBudget(domainCharged(known.name, ctx), processLimitsOf(ctx.clock));
  const limits: QueryLimits = {
    timeouts,
    signal: ctx.signal,
    untilMs: realNowMs() + PATIENCE * timeouts.udpMs,
    budget,
  };
  const within = names.filter((name) => isWithin(name, zone)).slice(0, GLANCES_AT_MOST);
  const seen = await Promise.all(
    within.map(async (name, index): Promise<readonly Sighting[]> => {
      const at = answering[index % answering.length];
      if (at === undefined || budget.isUsedUp("server")) return [];
      const { server, address } = at;
      const question = { name, type: questionType({ type }), recursionDesired: false };
      const result = await exchange(question, { address, port }, limits);
      const reply = result.kind === "reply" ? readReply(result.message, { name, type }, zone) : undefined;
      if (reply?.kind !== "values") return [];
      const servers = [{ server, address, kind: reply.kind, values: reply.values, ttl: reply.ttl }];
      return [{ name, type, target: name, cnames: [], via: "authoritative", delegation, servers }];
    }),
  );
  return seen.flat();
}
