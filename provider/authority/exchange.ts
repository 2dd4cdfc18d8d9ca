import type { Message } from "../wire/message";
import type { Budget } from "./budget";
import { openGate, openGates } from "./gate";
import { firstGood } from "./hedge";
import { type Patience, realNowMs } from "./patience";
import type { Question } from "./question";
import { askTcp } from "./tcp";
import { askUdp, type Endpoint, type Received } from "./udp";

/** `silence`: nothing that answers the question came. It says nothing about the name. */
export type Exchange =
  | { readonly kind: "reply"; readonly message: Message }
  /** `noTcp`: it did answer, truncated over UDP, and not over TCP. */
  | { readonly kind: "silence"; readonly reason: string; readonly noTcp?: boolean };

export interface Terms {
  readonly patience: Patience;
  /** By `realNowMs`: when the answer is of no use any more. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  /** Of the look that asks; left out where a question stands alone. */
  readonly budget?: Budget | undefined;
}

/** Work that several looks wait for is not cut short because the one that began it has little left. */
const SHARED_MS = 5_000;

export function sharedTerms(terms: Terms, signal: AbortSignal): Terms {
  return { ...terms, signal, budget: undefined, untilMs: Math.max(terms.untilMs, realNowMs() + SHARED_MS) };
}

/** Questions in flight in this process, and to one address: what sockets' buffers take, so that no packets are lost. */
const AT_ONCE = 256;
const AT_ONCE_EACH = 96;
const gate = openGate(AT_ONCE);
const gates = openGates(AT_ONCE_EACH);

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
  if (terms.budget?.take("questions") === false)
    return { kind: "silence", reason: "the look had asked too much already" };
  const key = `${at.address} ${at.port}`;
  const turn = gates.enter(key, terms.signal);
  if (turn) await turn;
  try {
    const room = gate.enter(terms.signal);
    if (room) await room;
    try {
      return await withMemory(key, question, at, terms);
    } finally {
      gate.leave();
    }
  } finally {
    gates.leave(key);
  }
}

/** Who was silent to the end a moment ago gets less time. */
async function withMemory(key: string, question: Question, at: Endpoint, terms: Terms): Promise<Exchange> {
  if (terms.untilMs <= realNowMs()) return { kind: "silence", reason: "its turn did not come in time" };
  const since = quietSinceMs.get(key);
  const quiet = since !== undefined && realNowMs() - since < QUIET_MS;
  const result = await (quiet ? askBoth(question, at, terms.patience.quietMs, terms) : askInTurn(question, at, terms));
  if (result.kind === "reply") quietSinceMs.delete(key);
  else if (!quiet && terms.untilMs > realNowMs()) remember(key);
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
    udp = await askUdp(question, at, edns, left(terms, patience.udpMs), signal);
    if (!udp.message) {
      const plain = await askBoth(question, at, patience.lastMs, terms);
      return plain.kind === "reply" ? plain : { ...plain, reason: `it answers ${rcode} to EDNS; ${plain.reason}` };
    }
  }
  if (udp.message) {
    if (!udp.message.truncated) return { kind: "reply", message: udp.message };
    const tcp = await askTcp(question, at, edns, left(terms, patience.lastMs), signal);
    if (isWhole(tcp.message)) return { kind: "reply", message: tcp.message };
    const reason = `it truncates its answer over UDP, and over TCP there is ${inWords(tcp)}`;
    return { kind: "silence", reason, noTcp: tcp.message === undefined };
  }
  const noWay = NO_WAY.get(udp.code ?? "");
  if (noWay !== undefined) return { kind: "silence", reason: `${noWay} (${udp.code})` };
  return askBoth(question, at, patience.lastMs, terms);
}

/** UDP without EDNS and TCP at once: the first whole answer counts. */
async function askBoth(question: Question, at: Endpoint, waitMs: number, terms: Terms): Promise<Exchange> {
  const lastMs = left(terms, waitMs);
  let failed: Received | undefined;
  const answer = await firstGood<typeof askUdp, Message, Received>(
    [askUdp, askTcp],
    async (ask, signal) => {
      const result = await ask(question, at, false, lastMs, signal);
      if (ask === askUdp) failed = result;
      return isWhole(result.message) ? { good: result.message } : { bad: result };
    },
    0,
    terms.signal,
  );
  if ("good" in answer) return { kind: "reply", message: answer.good };
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
