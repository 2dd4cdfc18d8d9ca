import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import { domainCharged } from "./allowance";
import type { Examination, SerialSeen, ServerFault, ServerSighting, Sighting } from "./authority";
import { openBudget, processLimitsOf } from "./budget";
import { isByAuthority, type QueryLimits } from "./exchange";
import { realNowMs, type Timeouts } from "./timeouts";
import { askBothWays } from "./ways";

/** Limit on examinations in flight in this process. */
const AT_ONCE = 128;
const running = openSemaphore(AT_ONCE);

/**
 * Asks every address that answered with authority for the zone's SOA, over UDP with EDNS and over TCP at once: one round
 * trip where all is well. What fails is asked again several times before it counts. Empty for a sighting over HTTPS.
 */
export async function examineServers(
  sighting: Sighting,
  port: number,
  timeouts: Timeouts,
  ctx: Ctx,
): Promise<Examination> {
  const zone = sighting.delegation?.zone;
  if (zone === undefined) return { serials: [], faults: [] };
  const known = new Set(sighting.delegation?.servers.flatMap(({ addresses }) => addresses));
  const answering = sighting.servers.filter(({ kind, address }) => isDefinite(kind) && known.has(address));
  const budget = openBudget(domainCharged(sighting.name, ctx), processLimitsOf(ctx.clock));
  const limits = { timeouts, signal: ctx.signal, untilMs: realNowMs() + timeouts.lookMs, budget };
  const examined = await Promise.all(answering.map((one) => examine(one, zone, port, limits, ctx)));
  return {
    serials: examined.flatMap(({ serial }) => (serial === undefined ? [] : [serial])),
    faults: examined.flatMap(({ faults }) => faults),
  };
}

function isDefinite(kind: ServerSighting["kind"]): boolean {
  return kind === "values" || kind === "absent";
}

async function examine({ server, address }: ServerSighting, zone: Fqdn, port: number, limits: QueryLimits, ctx: Ctx) {
  await running.acquire(limits.signal);
  try {
    const at = { address, port };
    const query = { name: zone, type: "SOA", recursionDesired: false };
    const { udp, overTcp } = await askBothWays(query, at, limits);
    if (udp.message !== undefined || overTcp === true) ctx.answered?.();
    if (udp.message !== undefined && isByAuthority(udp.message)) limits.budget?.answered();
    if (overTcp === true) limits.budget?.answered();
    const soa = udp.message?.answers.find((record) => record.type === "SOA" && record.name === zone);
    const serial: SerialSeen | undefined =
      soa?.type === "SOA" && udp.message?.authoritative
        ? { zone, server, address, serial: soa.serial, primary: soa.mname }
        : undefined;
    // A server that was not fully asked, for lack of time or of questions, has shown no fault.
    if (realNowMs() >= limits.untilMs || udp.limited || overTcp === "limited") return { serial, faults: [] };
    const faults: ServerFault[] = [
      ...(overTcp ? [] : [{ server, address, fault: "no-tcp" } as const]),
      ...(overTcp && udp.message === undefined ? [{ server, address, fault: "no-udp" } as const] : []),
      ...(udp.edns ? [] : [{ server, address, fault: "no-edns" } as const]),
    ];
    return { serial, faults };
  } finally {
    running.release();
  }
}
