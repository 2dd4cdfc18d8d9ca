import { openKeyedSemaphore, openSemaphore } from "../core/queues";
import type { Message } from "../wire/message";
import type { Asked } from "./allowance";
import type { Budget } from "./budget";
import { firstGood } from "./hedge";
import type { Question } from "./question";
import { askTcp } from "./tcp";
import { type Patience, realNowMs } from "./timeouts";
import { askUdp, type Endpoint, type Received } from "./udp";

/** `silence`: nothing that answers the question came. It says nothing about the name. */
export type Exchange =
  | { readonly kind: "reply"; readonly message: Message }
  /** `noTcp`: it did answer, truncated over UDP, and not over TCP. `limited`: it was not asked (to the end), since our own limits forbid it. */
  | { readonly kind: "silence"; readonly reason: string; readonly noTcp?: boolean; readonly limited?: true };

export interface Terms {
  readonly patience: Patience;
  /** By `realNowMs`: when the answer is of no use any more. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  /** Of the look that asks. Each packet is taken from it. */
  readonly budget?: Budget | undefined;
  /** Called with each reply, whatever it says. */
  readonly heard?: ((from: Asked) => void) | undefined;
}

/** Work that several looks wait for is not cut short because the one that began it has little time left. */
const SHARED_MS = 5_000;

/** Whoever begins it pays for it; where that look's allowance is used up, another begins again (`byShare`). */
export function sharedTerms(terms: Terms, signal: AbortSignal): Terms {
  return { ...terms, signal, untilMs: Math.max(terms.untilMs, realNowMs() + SHARED_MS) };
}

/** Questions in flight in this process, and to one address: what sockets' buffers take, so that no packets are lost. */
const AT_ONCE = 256;
const AT_ONCE_EACH = 96;
const running = openSemaphore(AT_ONCE);
const perServer = openKeyedSemaphore(AT_ONCE_EACH);

/** Servers that were silent to the end, and when. */
const quietSinceMs = new Map<string, number>();
const QUIET_MS = 30_000;
const QUIET_AT_MOST = 2_000;

const NO_EDNS = new Set(["FORMERR", "NOTIMP", "BADVERS"]);
const NO_WAY = new Map([
  ["ENETUNREACH", "this machine has no route to it"],
  ["EHOSTUNREACH", "this machine has no route to it"],
  ["EADDRNOTAVAIL", "this machine has no address of that family"],
  ["EAFNOSUPPORT", "this machine does not speak that family of addresses"],
]);

/**
 * One question to one address: UDP with EDNS, then UDP without (where the server cannot do EDNS, or is silent) and TCP;
 * TCP also where the answer was truncated. A reply is never truncated. Never throws for what the network does; rejects with the signal's reason.
 */
export async function exchange(question: Question, at: Endpoint, terms: Terms): Promise<Exchange> {
  const key = placeOf(at);
  const asked = whomFor(question);
  if (terms.budget?.take(asked, key) === false) return LIMITED;
  const turn = terms.budget?.turn(asked, key, terms);
  if (turn && !(await turn)) return LIMITED;
  const entry = perServer.acquire(key, terms.signal);
  if (entry) await entry;
  try {
    const room = running.acquire(terms.signal);
    if (room) await room;
    try {
      const result = await withMemory(key, question, at, terms);
      if (result.kind === "reply" || result.noTcp) terms.heard?.(asked);
      if (asked === "server" && result.kind === "reply" && isByAuthority(result.message)) terms.budget?.answered();
      return result;
    } finally {
      running.release();
    }
  } finally {
    perServer.release(key);
  }
}

/** Not asked, because of our own limits: nothing is known. */
export const LIMITED = {
  kind: "silence",
  reason: "it was not asked: the domain leads to too many questions",
  limited: true,
} as const satisfies Exchange;

function placeOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

function whomFor({ recursionDesired }: Question): Asked {
  return recursionDesired ? "resolver" : "server";
}

export function isByAuthority({ authoritative, rcode }: Message): boolean {
  return authoritative && (rcode === "NOERROR" || rcode === "NXDOMAIN");
}

/** Whether one more packet of the same question may be sent. */
export function mayAskAgain(question: Question, at: Endpoint, { budget }: Terms): boolean {
  return budget?.take(whomFor(question), placeOf(at)) !== false;
}

/** Who was silent to the end a moment ago gets less time. */
async function withMemory(key: string, question: Question, at: Endpoint, terms: Terms): Promise<Exchange> {
  if (terms.untilMs <= realNowMs()) return { kind: "silence", reason: "its turn did not come in time" };
  const since = quietSinceMs.get(key);
  const quiet = since !== undefined && realNowMs() - since < QUIET_MS;
  const result = await (quiet ? askBoth(question, at, terms.patience.quietMs, terms) : askInTurn(question, at, terms));
  if (result.kind === "reply") quietSinceMs.delete(key);
  else if (!quiet && !result.limited && terms.untilMs > realNowMs()) remember(key);
  return result;
}

function remember(key: string): void {
  quietSinceMs.delete(key);
  quietSinceMs.set(key, realNowMs());
  for (const oldest of quietSinceMs.keys()) {
    if (quietSinceMs.size <= QUIET_AT_MOST) break;
    quietSinceMs.delete(oldest);
  }
}

async function askInTurn(question: Question, at: Endpoint, terms: Terms): Promise<Exchange> {
  const { patience, signal } = terms;
  let edns = true;
  let udp = await askUdp(question, at, edns, left(terms, patience.udpMs), signal);
  if (udp.message && NO_EDNS.has(udp.message.rcode)) {
    // Its word on EDNS says nothing about the name, also where the next packet is lost.
    const { rcode } = udp.message;
    edns = false;
    if (!mayAskAgain(question, at, terms)) return LIMITED;
    udp = await askUdp(question, at, edns, left(terms, patience.udpMs), signal);
    if (!udp.message) {
      if (!mayAskAgain(question, at, terms)) return LIMITED;
      const plain = await askBoth(question, at, patience.lastMs, terms);
      return plain.kind === "reply" ? plain : { ...plain, reason: `it answers ${rcode} to EDNS; ${plain.reason}` };
    }
  }
  if (udp.message) {
    if (!udp.message.truncated) return { kind: "reply", message: udp.message };
    if (!mayAskAgain(question, at, terms)) return LIMITED;
    const tcp = await askTcp(question, at, edns, left(terms, patience.lastMs), signal);
    if (isWhole(tcp.message)) return { kind: "reply", message: tcp.message };
    const reason = `it truncates its answer over UDP, and over TCP there is ${inWords(tcp)}`;
    return { kind: "silence", reason, noTcp: tcp.message === undefined };
  }
  const noWay = NO_WAY.get(udp.code ?? "");
  if (noWay !== undefined) return { kind: "silence", reason: `${noWay} (${udp.code})` };
  if (!mayAskAgain(question, at, terms)) return LIMITED;
  return askBoth(question, at, patience.lastMs, terms);
}

/** UDP without EDNS and TCP at once: the first whole answer counts. One of the two packets is paid for by the caller. */
async function askBoth(question: Question, at: Endpoint, waitMs: number, terms: Terms): Promise<Exchange> {
  const lastMs = left(terms, waitMs);
  let failed: Received | undefined;
  const ways = mayAskAgain(question, at, terms) ? [askUdp, askTcp] : [askUdp];
  const answer = await firstGood<typeof askUdp, Message, Received>(
    ways,
    async (ask, signal) => {
      const result = await ask(question, at, false, lastMs, signal);
      if (ask === askUdp) failed = result;
      return isWhole(result.message) ? { good: result.message } : { bad: result };
    },
    0,
    terms.signal,
  );
  if ("good" in answer) return { kind: "reply", message: answer.good };
  if (ways.length === 1) return LIMITED;
  const tcp = answer.bad.find((result) => result !== failed);
  const noTcp = failed?.message?.truncated === true && tcp?.message === undefined;
  return { kind: "silence", reason: `over UDP ${inWords(failed)}, over TCP ${inWords(tcp)}`, noTcp };
}

/** What is left out of a truncated message may be just what was asked for, over TCP too. */
function isWhole(message: Message | undefined): message is Message {
  return message !== undefined && !message.truncated;
}

/** Never nothing: a question whose time is up ends at once, in the same way. */
export function left({ untilMs }: Terms, atMostMs: number): number {
  return Math.max(1, Math.min(atMostMs, untilMs - realNowMs()));
}

function inWords(received: Received | undefined): string {
  if (received?.message) return "an answer without its records";
  if (received?.garbled) return "bytes that are no answer";
  if (received?.code === "ECONNREFUSED") return "a closed port";
  return received?.code === undefined ? "no answer" : `no answer (${received.code})`;
}
