import { openKeyedSemaphore, openSemaphore } from "../core/queues";
import type { Message } from "../wire/message";
import type { QueryTarget } from "./allowance";
import { askAmong, type OwnLimits } from "./among-peers";
import type { Budget } from "./budget";
import { firstGood } from "./hedge";
import type { Peers } from "./peers";
import type { Query } from "./query";
import { askTcp } from "./tcp";
import { realNowMs, type Timeouts } from "./timeouts";
import { askUdp, type Endpoint, type Received } from "./udp";

/** `silence`: nothing that answers the question came. It says nothing about the name. */
export type Exchange =
  | { readonly kind: "reply"; readonly message: Message }
  /** `noRoute`: this machine has no way to such an address. `noTcp`: it did answer, truncated over UDP, and not over TCP. `limited`: it was not asked (to the end), because of our own limits. */
  | {
      readonly kind: "silence";
      readonly reason: string;
      readonly noTcp?: boolean;
      readonly noRoute?: true;
      readonly limited?: true;
    };

export interface QueryLimits {
  readonly timeouts: Timeouts;
  /** By `realNowMs`: after this, the answer is not used. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  /** Of the look that asks; pays for each packet. */
  readonly budget?: Budget | undefined;
  /** What the other addresses do that are asked the same. */
  readonly peers?: Peers | undefined;
  /** Called for each message of the address, also one that is truncated or says that it takes no EDNS. */
  readonly onMessage?: (() => void) | undefined;
  /** Called for each reply, whatever its content. */
  readonly onReply?: ((from: QueryTarget) => void) | undefined;
}

/** The least time for work that several looks wait for, however little the look that began it has left. */
const SHARED_MS = 5_000;

/** The look that begins it pays; where its allowance is used up, another begins again (`runShared`). */
export function limitsForSharedWork(limits: QueryLimits, signal: AbortSignal): QueryLimits {
  return { ...limits, signal, untilMs: Math.max(limits.untilMs, realNowMs() + SHARED_MS) };
}

/** Questions in flight in this process, and to one address: as many as socket buffers hold, so that no packet is lost. */
const AT_ONCE = 256;
const AT_ONCE_EACH = 96;
const running = openSemaphore(AT_ONCE);
const perServer = openKeyedSemaphore(AT_ONCE_EACH);

/** Addresses that gave no answer at all, and when. */
const quietSinceMs = new Map<string, number>();
const QUIET_MS = 30_000;
/** So long an address that was silent is likely to be so still, and is waited for as its peers' answers suggest. */
const JUST_NOW_MS = 3_000;
const QUIET_AT_MOST = 2_000;

/** A packet that is lost is sent again after this long, where others answer fast. */
const SOON_MS = 250;
/** What a server says that does not take EDNS. */
export const NO_EDNS: ReadonlySet<string> = new Set(["FORMERR", "NOTIMP", "BADVERS"]);
const NO_WAY = new Map([
  ["ENETUNREACH", "this machine has no route to it"],
  ["EHOSTUNREACH", "this machine has no route to it"],
  ["EADDRNOTAVAIL", "this machine has no address of that family"],
  ["EAFNOSUPPORT", "this machine does not support that address family"],
]);

/**
 * One question to one address: UDP with EDNS, then UDP without (where the server cannot do EDNS, or is silent) and TCP;
 * TCP also where the answer was truncated. A reply is never truncated. Never throws for what the network does; rejects with the signal's reason.
 */
export async function exchange(query: Query, at: Endpoint, limits: QueryLimits): Promise<Exchange> {
  const key = endpointKey(at);
  const asked = targetOf(query);
  if (limits.budget?.take(asked, key) === false) return LIMITED;
  const turn = limits.budget?.turn(asked, key, limits);
  if (turn && !(await turn)) return LIMITED;
  const entry = perServer.acquire(key, limits.signal);
  if (entry) await entry;
  try {
    const room = running.acquire(limits.signal);
    if (room) await room;
    try {
      const result = await askAndRemember(key, query, at, limits);
      if (result.kind === "reply" || result.noTcp) limits.onReply?.(asked);
      if (asked === "server" && result.kind === "reply" && isByAuthority(result.message)) limits.budget?.answered();
      return result;
    } finally {
      running.release();
    }
  } finally {
    perServer.release(key);
  }
}

/** Not asked, because of our own limits. */
export const LIMITED = {
  kind: "silence",
  reason: "it was not asked: the domain leads to too many questions",
  limited: true,
} as const satisfies Exchange;

function endpointKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

function targetOf({ recursionDesired }: Query): QueryTarget {
  return recursionDesired ? "resolver" : "server";
}

export function isByAuthority({ authoritative, rcode }: Message): boolean {
  return authoritative && (rcode === "NOERROR" || rcode === "NXDOMAIN");
}

/** Whether one more packet of the same question may be sent. */
export function mayAskAgain(query: Query, at: Endpoint, { budget }: QueryLimits): boolean {
  return budget?.take(targetOf(query), endpointKey(at)) !== false;
}

/** An address that gave no answer a moment ago gets less time. */
async function askAndRemember(key: string, query: Query, at: Endpoint, limits: QueryLimits): Promise<Exchange> {
  if (limits.untilMs <= realNowMs()) return { kind: "silence", reason: "its turn did not come in time" };
  const since = quietSinceMs.get(key);
  const quiet = since !== undefined && realNowMs() - since < QUIET_MS;
  const { peers } = limits;
  const justNow = quiet && realNowMs() - since < JUST_NOW_MS;
  const askNow = (inner: QueryLimits) =>
    quiet ? askBoth(query, at, limits.timeouts.quietMs, inner, false) : askInTurn(query, at, inner);
  const hastens = peers !== undefined && (justNow || !quiet);
  const ways = {
    first: (own: OwnLimits) => askNow({ ...limits, ...own }),
    meanwhile: async (own: OwnLimits) => {
      const other = await askAgain(query, at, { ...limits, ...own });
      return other.kind === "reply" ? other : undefined;
    },
  };
  const result = hastens ? ((await askAmong(peers, quiet, ways)) ?? NO_ANSWER) : await askNow(limits);
  if (result.kind === "reply" || result.noTcp) peers?.heard();
  if (result.kind === "reply") quietSinceMs.delete(key);
  else if (!quiet && !result.limited && limits.untilMs > realNowMs()) remember(key);
  return result;
}

const NO_ANSWER: Exchange = { kind: "silence", reason: "over UDP no answer, over TCP no answer" };

/** UDP without EDNS and TCP at once, and UDP once more soon after, all waited for to the end. */
function askAgain(query: Query, at: Endpoint, limits: QueryLimits): Promise<Exchange> {
  if (!mayAskAgain(query, at, limits)) return Promise.resolve(LIMITED);
  return askBoth(query, at, limits.timeouts.lastMs, limits, SOON_MS);
}

function remember(key: string): void {
  quietSinceMs.delete(key);
  quietSinceMs.set(key, realNowMs());
  for (const oldest of quietSinceMs.keys()) {
    if (quietSinceMs.size <= QUIET_AT_MOST) break;
    quietSinceMs.delete(oldest);
  }
}

async function askInTurn(query: Query, at: Endpoint, limits: QueryLimits): Promise<Exchange> {
  const { timeouts, signal } = limits;
  let edns = true;
  let udp = await askUdp(query, at, edns, left(limits, timeouts.udpMs), signal);
  if (udp.message) limits.onMessage?.();
  if (udp.message && NO_EDNS.has(udp.message.rcode)) {
    // That error is about EDNS and says nothing about the name, even if the next packet is lost.
    const { rcode } = udp.message;
    edns = false;
    if (!mayAskAgain(query, at, limits)) return LIMITED;
    udp = await askUdp(query, at, edns, left(limits, timeouts.udpMs), signal);
    if (!udp.message) {
      if (!mayAskAgain(query, at, limits)) return LIMITED;
      const plain = await askBoth(query, at, timeouts.lastMs, limits);
      return plain.kind === "reply" ? plain : { ...plain, reason: `it answers ${rcode} to EDNS; ${plain.reason}` };
    }
  }
  if (udp.message) {
    if (!udp.message.truncated) return { kind: "reply", message: udp.message };
    if (!mayAskAgain(query, at, limits)) return LIMITED;
    const tcp = await askTcp(query, at, edns, left(limits, timeouts.lastMs), signal);
    if (isWhole(tcp.message)) return { kind: "reply", message: tcp.message };
    const reason = `it truncates its answer over UDP, and over TCP there is ${inWords(tcp)}`;
    return { kind: "silence", reason, noTcp: tcp.message === undefined };
  }
  const noWay = NO_WAY.get(udp.code ?? "");
  if (noWay !== undefined) return { kind: "silence", reason: `${noWay} (${udp.code})`, noRoute: true };
  if (!mayAskAgain(query, at, limits)) return LIMITED;
  return askBoth(query, at, timeouts.lastMs, limits);
}

/**
 * UDP without EDNS and TCP at once: the first whole answer counts. One of the packets is paid for by the caller. `again`:
 * halfway, or after so long, UDP is tried again, since packets get lost.
 */
async function askBoth(
  query: Query,
  at: Endpoint,
  waitMs: number,
  limits: QueryLimits,
  again: boolean | number = true,
): Promise<Exchange> {
  const lastMs = left(limits, waitMs);
  let failed: Received | undefined;
  const overUdp = (signal: AbortSignal) => askUdp(query, at, false, lastMs, signal);
  const overTcp = (signal: AbortSignal) => askTcp(query, at, false, lastMs, signal);
  const halfMs = typeof again === "number" ? again : Math.max(1, lastMs / 2);
  const udp =
    again === false ? overUdp : (signal: AbortSignal) => askUdpTwice(query, at, [lastMs, halfMs], limits, signal);
  const ways = mayAskAgain(query, at, limits) ? [udp, overTcp] : [overUdp];
  const answer = await firstGood<typeof overUdp, Message, Received>(
    ways,
    async (ask, signal) => {
      const result = await ask(signal);
      if (result.message) limits.onMessage?.();
      if (ask !== overTcp) failed = result;
      return isWhole(result.message) ? { good: result.message } : { bad: result };
    },
    0,
    limits.signal,
  );
  if ("good" in answer) return { kind: "reply", message: answer.good };
  if (ways.length === 1) return LIMITED;
  const tcp = answer.bad.find((result) => result !== failed);
  const noTcp = failed?.message?.truncated === true && tcp?.message === undefined;
  return { kind: "silence", reason: `over UDP ${inWords(failed)}, over TCP ${inWords(tcp)}`, noTcp };
}

type Silence = Extract<Received, { message: undefined }>;

/** The second packet is sent where nothing has come by the second time; an answer to either counts. */
async function askUdpTwice(
  query: Query,
  at: Endpoint,
  [waitMs, againMs]: readonly [number, number],
  limits: QueryLimits,
  signal: AbortSignal,
): Promise<Received> {
  const restMs = Math.max(1, waitMs - againMs);
  let last: Silence = { message: undefined, code: undefined, garbled: false };
  const answer = await firstGood<number, Received, undefined>(
    [0, againMs],
    async (afterMs, inner) => {
      // The system has said why there is no answer, or we may not ask.
      if (afterMs > 0 && (last.code !== undefined || !mayAskAgain(query, at, limits))) return { bad: undefined };
      const result = await askUdp(query, at, false, afterMs > 0 ? restMs : waitMs, inner);
      if (result.message) return { good: result };
      if (!last.garbled) last = result;
      return { bad: undefined };
    },
    againMs,
    signal,
  );
  return "good" in answer ? answer.good : last;
}

/** The part missing from a truncated message may be the answer, over TCP too. */
function isWhole(message: Message | undefined): message is Message {
  return message !== undefined && !message.truncated;
}

/** Milliseconds to wait. At least 1, so that a question whose time is up ends by its timer like any other. */
export function left({ untilMs }: QueryLimits, atMostMs: number): number {
  return Math.max(1, Math.min(atMostMs, untilMs - realNowMs()));
}

function inWords(received: Received | undefined): string {
  if (received?.message) return "an answer without its records";
  if (received?.garbled) return "bytes that are no answer";
  if (received?.code === "ECONNREFUSED") return "a closed port";
  return received?.code === undefined ? "no answer" : `no answer (${received.code})`;
}
