import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import type { Message } from "../wire/message";
import { askedFor } from "./allowance";
import type { Examination, SerialSeen, ServerFault, ServerSighting, Sighting } from "./authority";
import { limitsOf, openBudget } from "./budget";
import { isByAuthority, left, mayAskAgain, type Terms } from "./exchange";
import type { Question } from "./question";
import { askTcp } from "./tcp";
import { type Patience, realNowMs } from "./timeouts";
import { askUdp, type Endpoint } from "./udp";

/** Questions in flight of all examinations of this process. */
const AT_ONCE = 128;
const running = openSemaphore(AT_ONCE);

/**
 * Asks every address that answered with authority for the zone's SOA, over UDP with EDNS and over TCP at once: one round
 * trip where all is well. What fails once is asked again before it counts. Empty for a sighting over HTTPS.
 */
export async function examineServers(
  sighting: Sighting,
  port: number,
  patience: Patience,
  ctx: Ctx,
): Promise<Examination> {
  const zone = sighting.delegation?.zone;
  if (zone === undefined) return { serials: [], faults: [] };
  const known = new Set(sighting.delegation?.servers.flatMap(({ addresses }) => addresses));
  const answering = sighting.servers.filter(({ kind, address }) => isDefinite(kind) && known.has(address));
  const budget = openBudget(askedFor(sighting.name, ctx), limitsOf(ctx.clock));
  const terms = { patience, signal: ctx.signal, untilMs: realNowMs() + patience.lookMs, budget };
  const examined = await Promise.all(answering.map((one) => examine(one, zone, port, terms, ctx)));
  return {
    serials: examined.flatMap(({ serial }) => (serial === undefined ? [] : [serial])),
    faults: examined.flatMap(({ faults }) => faults),
  };
}

function isDefinite(kind: ServerSighting["kind"]): boolean {
  return kind === "values" || kind === "absent";
}

async function examine({ server, address }: ServerSighting, zone: Fqdn, port: number, terms: Terms, ctx: Ctx) {
  await running.acquire(terms.signal);
  try {
    const at = { address, port };
    const question = { name: zone, type: "SOA", recursionDesired: false };
    const [udp, overTcp] = await Promise.all([readUdp(question, at, terms), answersTcp(question, at, terms)]);
    if (udp.message !== undefined || overTcp === true) ctx.answered?.();
    if (udp.message !== undefined && isByAuthority(udp.message)) terms.budget?.answered();
    if (overTcp === true) terms.budget?.answered();
    const soa = udp.message?.answers.find((record) => record.type === "SOA" && record.name === zone);
    const serial: SerialSeen | undefined =
      soa?.type === "SOA" && udp.message?.authoritative
        ? { zone, server, address, serial: soa.serial, primary: soa.mname }
        : undefined;
    // Who was not asked to the end, for lack of time or of questions, has shown no fault.
    if (realNowMs() >= terms.untilMs || udp.limited || overTcp === "limited") return { serial, faults: [] };
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
  question: Question,
  at: Endpoint,
  terms: Terms,
): Promise<{ readonly message: Message | undefined; readonly edns: boolean; readonly limited?: boolean }> {
  const takes = (message: Message | undefined): message is Message =>
    message !== undefined && !NO_EDNS.has(message.rcode);
  let limited = false;
  const ask = async (edns: boolean) => {
    limited ||= !mayAskAgain(question, at, terms);
    return limited
      ? { message: undefined }
      : askUdp(question, at, edns, left(terms, terms.patience.udpMs), terms.signal);
  };
  const first = await ask(true);
  if (takes(first.message)) return { message: first.message, edns: true };
  const [again, plain] = await Promise.all([ask(true), ask(false)]);
  if (takes(again.message)) return { message: again.message, edns: true };
  return takes(plain.message)
    ? { message: plain.message, edns: false, limited }
    : { message: undefined, edns: true, limited };
}

async function answersTcp(question: Question, at: Endpoint, terms: Terms): Promise<boolean | "limited"> {
  const ask = async (edns: boolean) => {
    if (!mayAskAgain(question, at, terms)) return "limited";
    return (await askTcp(question, at, edns, left(terms, terms.patience.lastMs), terms.signal)).message !== undefined;
  };
  // A server that is confused by EDNS may be so over TCP too; that is another fault.
  return (await ask(true)) || (await ask(true)) || (await ask(false));
}
