import { isIPv4 } from "node:net";
import type { Ctx } from "../core/ctx";
import { type Fqdn, ROOT } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import { domainCharged } from "./allowance";
import type { Examination, SerialSeen, ServerFault, ServerSighting, Sighting } from "./authority";
import { openBudget, processLimitsOf } from "./budget";
import type { ServerAddress } from "./cut";
import { isByAuthority, type QueryLimits } from "./exchange";
import { isDefiniteSighting } from "./sighting";
import { realNowMs, type Timeouts } from "./timeouts";
import { askBothWays, type BothWays } from "./ways";

/** Limit on examinations in flight in this process. */
const AT_ONCE = 128;
const running = openSemaphore(AT_ONCE);

/**
 * Asks every address that answered with authority for the zone's SOA, over UDP with EDNS and over TCP at once: one round
 * trip where all is well. What fails is asked again several times before it counts. What fails at all of them is asked of
 * the root's servers, too: where it fails there, it is the network between. Empty for a sighting over HTTPS.
 */
export async function examineServers(
  sighting: Sighting,
  port: number,
  root: (limits: QueryLimits) => Promise<readonly ServerAddress[]>,
  timeouts: Timeouts,
  ctx: Ctx,
): Promise<Examination> {
  const zone = sighting.delegation?.zone;
  if (zone === undefined) return { serials: [], faults: [] };
  const known = new Set(sighting.delegation?.servers.flatMap(({ addresses }) => addresses));
  const answering = sighting.servers.filter((one) => isDefiniteSighting(one) && known.has(one.address));
  const budget = openBudget(domainCharged(sighting.name, ctx), processLimitsOf(ctx.clock));
  const limits = { timeouts, signal: ctx.signal, untilMs: realNowMs() + timeouts.lookMs, budget };
  const examined = await Promise.all(answering.map((one) => examine(one, zone, port, limits, ctx)));
  const common = KINDS.filter((kind) => examined.every(({ faults }) => faults.some(({ fault }) => fault === kind)));
  const local = examined.length === 0 || common.length === 0 ? new Set() : await faultsOfTheWay(root, limits);
  return {
    serials: examined.flatMap(({ serial }) => (serial === undefined ? [] : [serial])),
    faults: examined.flatMap(({ faults }) => faults.filter(({ fault }) => !local.has(fault))),
  };
}

const KINDS = ["no-tcp", "no-udp", "no-edns"] as const satisfies readonly ServerFault["fault"][];
/** Servers of the root that are asked for a fault that all servers of a zone have. */
const ROOT_SERVERS = 2;

/** What the root's servers fail at too, as they are reached from here. Empty where they could not be asked. */
async function faultsOfTheWay(
  root: (limits: QueryLimits) => Promise<readonly ServerAddress[]>,
  limits: QueryLimits,
): Promise<ReadonlySet<ServerFault["fault"]>> {
  const servers = (await root(limits)).filter(({ address }) => isIPv4(address)).slice(0, ROOT_SERVERS);
  const query = { name: ROOT, type: "SOA", recursionDesired: false };
  const ways = await Promise.all(servers.map((at) => askBothWays(query, at, limits)));
  const kinds = ways.map((way) => (isWhole(way, limits) ? kindsOf(way) : []));
  return new Set(KINDS.filter((kind) => kinds.length > 0 && kinds.every((all) => all.includes(kind))));
}

/** A server that was not fully asked, for lack of time or of questions, has shown no fault. */
function isWhole({ udp, overTcp }: BothWays, { untilMs }: QueryLimits): boolean {
  return realNowMs() < untilMs && !udp.limited && overTcp !== "limited";
}

function kindsOf({ udp, overTcp }: BothWays): readonly ServerFault["fault"][] {
  return [
    ...(overTcp ? [] : (["no-tcp"] as const)),
    ...(overTcp && udp.message === undefined ? (["no-udp"] as const) : []),
    ...(udp.edns ? [] : (["no-edns"] as const)),
  ];
}

async function examine({ server, address }: ServerSighting, zone: Fqdn, port: number, limits: QueryLimits, ctx: Ctx) {
  await running.acquire(limits.signal);
  try {
    const at = { address, port };
    const query = { name: zone, type: "SOA", recursionDesired: false };
    const ways = await askBothWays(query, at, limits);
    const { udp, overTcp } = ways;
    if (udp.message !== undefined || overTcp === true) ctx.answered?.();
    if (udp.message !== undefined && isByAuthority(udp.message)) limits.budget?.answered();
    if (overTcp === true) limits.budget?.answered();
    const soa = udp.message?.answers.find((record) => record.type === "SOA" && record.name === zone);
    const serial: SerialSeen | undefined =
      soa?.type === "SOA" && udp.message?.authoritative
        ? { zone, server, address, serial: soa.serial, primary: soa.mname }
        : undefined;
    const faults = isWhole(ways, limits) ? kindsOf(ways).map((fault) => ({ server, address, fault })) : [];
    return { serial, faults };
  } finally {
    running.release();
  }
}
