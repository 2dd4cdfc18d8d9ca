import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { onAbort } from "../core/abort";
import { encodeQuery } from "../wire/encode";
import type { Message } from "../wire/message";
import { type Query, readAnswerTo } from "./query";
import { realNowMs } from "./timeouts";

/** Where a server listens. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export type Received =
  | { readonly message: Message }
  /** `code` is the operating system's, where it said why. `garbled`: it answered, but with no DNS message. */
  | { readonly message: undefined; readonly code: string | undefined; readonly garbled: boolean };

/** A source port is given up after this many questions or this long, so that an attacker has no time to guess it. */
const QUESTIONS_A_PORT = 1_024;
const PORT_LIFE_MS = 5_000;
const IDLE_MS = 500;
/** A timer that is later than this shows that the process was busy. */
const BUSY_MS = 20;

interface Waiting {
  readonly key: string;
  readonly channel: Channel;
  readonly id: number;
  readonly query: Query;
  readonly resolve: (received: Received) => void;
  timer: NodeJS.Timeout | undefined;
  dueMs: number;
  release: (() => void) | undefined;
  garbled: boolean;
}

/**
 * One socket connected to one server: the kernel drops what comes from elsewhere and reports refusals. Its port is the
 * kernel's random choice, each question has a random id, so a forger has to guess both (RFC 5452).
 */
interface Channel {
  readonly socket: Socket;
  readonly waiting: Map<number, Waiting>;
  readonly sent: (error: Error | null) => void;
  readonly openedMs: number;
  /** Sent together, once the socket is connected: packets sent one by one cost the sender more. */
  readonly outbox: Buffer[];
  connected: boolean;
  questions: number;
  closed: boolean;
  idle: NodeJS.Timeout | undefined;
}

const channels = new Map<string, Channel>();

/** Asks once over UDP and waits `waitMs`. What answers something else, or comes from elsewhere, is ignored. */
export function askUdp(
  query: Query,
  at: Endpoint,
  edns: boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const key = `${at.address} ${at.port}`;
    const channel = channelTo(key, at);
    let id = randomInt(0x10000);
    while (channel.waiting.has(id)) id = randomInt(0x10000);
    const packet = encodeQuery({ ...query, id, edns });
    const waiting: Waiting = {
      key,
      channel,
      id,
      query,
      resolve,
      timer: undefined,
      dueMs: realNowMs() + waitMs,
      release: undefined,
      garbled: false,
    };
    waiting.timer = setTimeout(expire, waitMs, waiting);
    waiting.release = onAbort(signal, () => {
      leave(waiting);
      reject(signal.reason);
    });
    channel.waiting.set(id, waiting);
    channel.questions += 1;
    channel.outbox.push(packet);
    if (channel.outbox.length === 1 && channel.connected) setImmediate(flush, channel);
  });
}

/** Nothing is read while the process is busy: that time is added, once. Packets that have arrived are read before giving up. */
function expire(waiting: Waiting): void {
  const lateMs = realNowMs() - waiting.dueMs;
  waiting.dueMs = Number.POSITIVE_INFINITY;
  if (lateMs > BUSY_MS) waiting.timer = setTimeout(expire, lateMs, waiting);
  else setImmediate(giveUp, waiting);
}

function giveUp(waiting: Waiting): void {
  if (waiting.channel.waiting.get(waiting.id) !== waiting) return;
  settle(waiting, { message: undefined, code: undefined, garbled: waiting.garbled });
}

function settle(waiting: Waiting, received: Received): void {
  leave(waiting);
  waiting.resolve(received);
}

function leave({ key, channel, id, timer, release }: Waiting): void {
  clearTimeout(timer);
  release?.();
  channel.waiting.delete(id);
  if (channel.waiting.size === 0) rest(key, channel);
}

function channelTo(key: string, at: Endpoint): Channel {
  const known = channels.get(key);
  if (known && known.questions < QUESTIONS_A_PORT && realNowMs() - known.openedMs < PORT_LIFE_MS) {
    clearTimeout(known.idle);
    known.idle = undefined;
    return known;
  }
  const channel = open(key, at);
  channels.set(key, channel);
  if (known?.waiting.size === 0) close(key, known);
  return channel;
}

function open(key: string, at: Endpoint): Channel {
  const socket = createSocket(isIPv6(at.address) ? "udp6" : "udp4");
  const channel: Channel = {
    socket,
    waiting: new Map(),
    sent: (error) => {
      if (error) fail(key, channel, error);
    },
    openedMs: realNowMs(),
    outbox: [],
    connected: false,
    questions: 0,
    closed: false,
    idle: undefined,
  };
  socket.on("message", (bytes) => receive(channel, bytes));
  socket.on("error", (error) => fail(key, channel, error));
  socket.connect(at.port, at.address, (error?: Error) => {
    if (error) fail(key, channel, error);
    if (channel.closed) return;
    channel.connected = true;
    flush(channel);
  });
  // The timers of the questions keep the process alive; a socket that waits for nothing must not.
  socket.unref();
  return channel;
}

function flush(channel: Channel): void {
  for (const packet of channel.outbox.splice(0)) {
    if (!channel.closed) channel.socket.send(packet, channel.sent);
  }
}

function receive(channel: Channel, bytes: Buffer): void {
  if (bytes.length < 2) return;
  const waiting = channel.waiting.get(bytes.readUInt16BE(0));
  if (waiting === undefined) return;
  const answer = readAnswerTo(waiting.query, bytes);
  if (answer === "garbled") waiting.garbled = true;
  else if (answer !== "foreign") settle(waiting, { message: answer });
}

/** The port is closed, or there is no way to the network: true for every question on this socket. */
function fail(key: string, channel: Channel, error: Error): void {
  close(key, channel);
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  for (const waiting of [...channel.waiting.values()]) settle(waiting, { message: undefined, code, garbled: false });
}

function rest(key: string, channel: Channel): void {
  if (channel.closed) return;
  if (channels.get(key) !== channel) {
    close(key, channel);
    return;
  }
  channel.idle = setTimeout(() => close(key, channel), IDLE_MS).unref();
}

function close(key: string, channel: Channel): void {
  if (channels.get(key) === channel) channels.delete(key);
  clearTimeout(channel.idle);
  if (channel.closed) return;
  channel.closed = true;
  channel.socket.close();
}
