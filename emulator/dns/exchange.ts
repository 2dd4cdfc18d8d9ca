import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createConnection, isIPv6 } from "node:net";
import type { Message } from "../../provider/wire/message";
import { EDNS_UDP_OCTETS, type Transport } from "./frame";
import { readMessage, writeMessage } from "./packet";
import type { Responder } from "./responder";

/** One question to one server, with TCP after truncation and without EDNS after FORMERR; `undefined` where no sound answer comes. */
export type Exchange = (address: string, name: string, type: string) => Promise<Message | undefined>;

export interface ExchangeOptions {
  /** Servers of this emulator are asked without a socket, so that their silence costs no time. */
  readonly local: (address: string) => Responder | undefined;
  readonly port: () => number;
  /** How long a server outside the emulator may take, in real time. */
  readonly timeoutMs: number;
}

export function openExchange(options: ExchangeOptions): Exchange {
  const ask = async (address: string, name: string, type: string, edns: boolean, transport: Transport) => {
    const id = randomInt(0x10000);
    const query = writeMessage({
      id,
      questions: [{ name, type, class: "IN" }],
      edns: edns ? { udpPayloadSize: EDNS_UDP_OCTETS, version: 0, dnssecOk: false } : undefined,
    });
    const local = options.local(address);
    // Real servers of a test are on loopback; no other network is asked anything.
    if (!local && !LOOPBACK.test(address)) return undefined;
    const bytes = local
      ? await local(query, transport)
      : await send[transport](address, options.port(), query, options.timeoutMs);
    const reply = Buffer.isBuffer(bytes) ? readMessage(bytes) : undefined;
    const [question] = reply?.questions ?? [];
    if (!reply?.response || reply.id !== id) return undefined;
    // A server that could not read the question may not repeat it.
    if (!question) return reply.rcode === "FORMERR" ? reply : undefined;
    return question.name.toLowerCase() === name && question.type === type ? reply : undefined;
  };
  return async (address, name, type) => {
    let edns = true;
    let reply = await ask(address, name, type, edns, "udp");
    if (!reply || reply.rcode === "FORMERR") {
      edns = false;
      reply = await ask(address, name, type, edns, "udp");
    }
    if (!reply || reply.truncated) reply = await ask(address, name, type, edns, "tcp");
    return reply?.truncated ? undefined : reply;
  };
}

const LOOPBACK = /^(127\.|::1$)/;

type Send = (address: string, port: number, query: Buffer, timeoutMs: number) => Promise<Buffer | undefined>;

const overUdp: Send = (address, port, query, timeoutMs) =>
  new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (reply?: Buffer) => {
      clearTimeout(timer);
      socket.removeAllListeners("message").close();
      resolve(reply);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.once("error", () => end());
    socket.once("message", (bytes) => end(bytes));
    socket.connect(port, address, () => socket.send(query));
  });

const overTcp: Send = (address, port, query, timeoutMs) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    let received = Buffer.alloc(0);
    const end = (reply?: Buffer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.once("error", () => end());
    socket.once("close", () => end());
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const length = received.readUInt16BE(0);
      if (received.length >= length + 2) end(received.subarray(2, length + 2));
    });
    socket.write(Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]));
  });

const send: Readonly<Record<Transport, Send>> = { udp: overUdp, tcp: overTcp };
