import type { Message } from "../wire/message";
import { left, mayAskAgain, NO_EDNS, type QueryLimits } from "./exchange";
import type { Query } from "./query";
import { askTcp } from "./tcp";
import { realNowMs } from "./timeouts";
import { askUdp, type Endpoint } from "./udp";

/** What one address does with the same question asked over UDP with EDNS and over TCP. */
export interface BothWays {
  /** `edns` is false only where every question with EDNS failed, and every one without was answered. */
  readonly udp: { readonly message: Message | undefined; readonly edns: boolean; readonly limited?: boolean };
  readonly overTcp: boolean | "limited";
}

/**
 * One way must fail this many times in a row, while the other works, before it counts as a property of the server. So many
 * packets are hardly ever lost by chance, even where every second one is.
 */
const FAILURES = 6;
/** A server that answers one way within a time is given so many times that, the other way. */
const PATIENCE = 4;
const LEAST_MS = 250;

/** One packet each way where all is well. */
export async function askBothWays(query: Query, at: Endpoint, limits: QueryLimits): Promise<BothWays> {
  const asker = openAsker(query, at, limits);
  const [udp, tcp] = await Promise.all([asker.udp(true, limits.timeouts.udpMs), asker.tcp(limits.timeouts.lastMs)]);
  const [read, overTcp] = await Promise.all([readUdp(udp, asker), answersTcp(tcp, asker)]);
  return { udp: { ...read, limited: asker.isLimited() }, overTcp: !overTcp && asker.isLimited() ? "limited" : overTcp };
}

interface Asker {
  udp(edns: boolean, waitMs: number): Promise<Message | undefined>;
  tcp(waitMs: number, edns?: boolean): Promise<Message | undefined>;
  /** How long to wait for an answer, by the slowest that came so far. */
  patienceMs(): number;
  isLimited(): boolean;
}

function openAsker(query: Query, at: Endpoint, limits: QueryLimits): Asker {
  let limited = false;
  let slowestMs: number | undefined;
  const ask = async (send: typeof askUdp, edns: boolean, waitMs: number) => {
    limited ||= !mayAskAgain(query, at, limits);
    if (limited || realNowMs() >= limits.untilMs) return undefined;
    const sentMs = realNowMs();
    const { message } = await send(query, at, edns, left(limits, waitMs), limits.signal);
    if (message !== undefined) slowestMs = Math.max(slowestMs ?? 0, realNowMs() - sentMs);
    return message;
  };
  return {
    udp: (edns, waitMs) => ask(askUdp, edns, waitMs),
    tcp: (waitMs, edns = true) => ask(askTcp, edns, waitMs),
    patienceMs() {
      const { lastMs } = limits.timeouts;
      return slowestMs === undefined ? lastMs : Math.min(lastMs, Math.max(LEAST_MS, slowestMs * PATIENCE));
    },
    isLimited: () => limited,
  };
}

const takes = (message: Message | undefined): message is Message =>
  message !== undefined && !NO_EDNS.has(message.rcode);

/** An error that comes back is no lost packet: two of them are enough. */
function weightOf(failure: Message | undefined): number {
  return failure === undefined ? 1 : FAILURES / 2;
}

async function readUdp(first: Message | undefined, asker: Asker): Promise<BothWays["udp"]> {
  if (takes(first)) return { message: first, edns: true };
  let plain: Message | undefined;
  let failures = weightOf(first);
  let lost = 0;
  for (let round = 0; failures < FAILURES; round++) {
    // In turns: where every second packet is lost, it would be the same way each time.
    for (const edns of round % 2 === 0 ? [true, false] : [false, true]) {
      const message = await asker.udp(edns, asker.patienceMs());
      if (!edns && takes(message)) plain = message;
      else if (!edns) lost += 1;
      else if (takes(message)) return { message, edns: true };
      else failures += weightOf(message);
    }
    // It answers without EDNS, not always: packets are lost.
    if (plain !== undefined && lost > 0) return { message: plain, edns: true };
  }
  return { message: plain, edns: plain === undefined };
}

async function answersTcp(first: Message | undefined, asker: Asker): Promise<boolean> {
  if (first !== undefined) return true;
  for (let failures = 1; failures < FAILURES; failures++) {
    // A server that is confused by EDNS may be so over TCP too; that is another fault.
    if ((await asker.tcp(asker.patienceMs(), failures % 2 === 0)) !== undefined) return true;
  }
  return false;
}
