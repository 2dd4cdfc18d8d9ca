import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import type { Message } from "../wire/message";
import { domainCharged } from "./allowance";
import type { Examination, SerialSeen, ServerFault, ServerSighting, Sighting } from "./authority";
import { openBudget, processLimitsOf } from "./budget";
import { isByAuthority, left, mayAskAgain, type QueryLimits } from "./exchange";
import type { Query } from "./query";
import { askTcp } from "./tcp";
import { realNowMs, type Timeouts } from "./timeouts";
import { askUdp, type Endpoint } from "./udp";

/** Limit on examinations in flight in this process. */
const AT_ONCE = 128;
const running = openSemaphore(AT_ONCE);

/**
 * Asks every address that answered with authority for the zone's SOA, over UDP with EDNS and over TCP at once: one round
 * trip where all is well. What fails once is asked again before it counts. Empty for a sighting over HTTPS.
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
    const [udp, overTcp] = await Promise.all([readUdp(query, at, limits), answersTcp(query, at, limits)]);
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

const NO_EDNS = new Set(["FORMERR", "NOTIMP", "BADVERS"]);

/** `edns` is false only where the same question without EDNS was answered, and with it twice not. */
async function readUdp(
  query: Query,
  at: Endpoint,
  limits: QueryLimits,
): Promise<{ readonly message: Message | undefined; readonly edns: boolean; readonly limited?: boolean }> {
  const takes = (message: Message | undefined): message is Message =>
    message !== undefined && !NO_EDNS.has(message.rcode);
  let limited = false;
  const ask = async (edns: boolean) => {
    limited ||= !mayAskAgain(query, at, limits);
    return limited
      ? { message: undefined }
      : askUdp(query, at, edns, left(limits, limits.timeouts.udpMs), limits.signal);
  };
  const first = await ask(true);
  if (takes(first.message)) return { message: first.message, edns: true };
  const [again, plain] = await Promise.all([ask(true), ask(false)]);
  if (takes(again.message)) return { message: again.message, edns: true };
  return takes(plain.message)
    ? { message: plain.message, edns: false, limited }
    : { message: undefined, edns: true, limited };
}

async function answersTcp(query: Query, at: Endpoint, limits: QueryLimits): Promise<boolean | "limited"> {
  const ask = async (edns: boolean) => {
    if (!mayAskAgain(query, at, limits)) return "limited";
    return (await askTcp(query, at, edns, left(limits, limits.timeouts.lastMs), limits.signal)).message !== undefined;
  };
  // A server that is confused by EDNS may be so over TCP too; that is another fault.
  return (await ask(true)) || (await ask(true)) || (await ask(false));
}
