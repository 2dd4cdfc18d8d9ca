import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv6, type Socket } from "node:net";
import { trace } from "../trace";
import type { Responder } from "./responder";

export interface Listener {
  close(): Promise<void>;
}

const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 256;
/** Questions of one connection that may await their answer; then reading pauses. */
const MOST_PENDING = 64;
const RECEIVE_OCTETS = 1 << 22;

/** Serves one loopback address over UDP and TCP. Rejects with the system's error (EADDRINUSE) where it cannot listen on both. */
export async function openListener(address: string, port: number, respond: Responder): Promise<Listener> {
  if (!/^127\./.test(address) && address !== "::1") throw new RangeError(`${address} is not a loopback address`);

  const udp = createSocket(isIPv6(address) ? "udp6" : "udp4");
  let closed = false;
  const serve = async (bytes: Buffer, to: number, host: string) => {
    const reply = await respond(bytes, "udp");
    // An asker that is gone is no concern of a server's.
    if (Buffer.isBuffer(reply) && !closed) udp.send(reply, to, host, () => undefined);
  };
  // A source port of 0 cannot be answered, and the socket says so by throwing.
  udp.on("message", (bytes, from) => void serve(bytes, from.port, from.address).catch(trace));
  udp.bind({ port, address, exclusive: true });
  await once(udp, "listening");
  udp.on("error", trace);
  udp.setRecvBufferSize(RECEIVE_OCTETS);

  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    serveConnection(socket, respond);
  });
  tcp.maxConnections = MOST_CONNECTIONS;
  const closeUdp = () => new Promise<void>((resolve) => udp.close(() => resolve()));
  try {
    tcp.listen({ port, host: address, exclusive: true });
    await once(tcp, "listening");
    tcp.on("error", trace);
  } catch (error) {
    closed = true;
    await closeUdp();
    throw error;
  }

  return {
    async close() {
      closed = true;
      for (const socket of connections) socket.destroy();
      await Promise.all([closeUdp(), new Promise((resolve) => tcp.close(resolve))]);
    },
  };
}

/** Messages with their two octets of length in front, several a connection (RFC 7766 section 6.2.1). */
function serveConnection(socket: Socket, respond: Responder): void {
  let buffered = Buffer.alloc(0);
  let pending = 0;
  const serve = async (message: Buffer) => {
    const reply = await respond(message, "tcp");
    if (reply === "reset") socket.resetAndDestroy();
    else if (reply && socket.writable)
      socket.write(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 0xff]), reply]));
    pending -= 1;
    if (socket.isPaused() && pending < MOST_PENDING) {
      socket.resume();
      take();
    }
  };
  const take = () => {
    while (buffered.length >= 2 && pending < MOST_PENDING) {
      const end = 2 + buffered.readUInt16BE(0);
      if (buffered.length < end) return;
      const message = buffered.subarray(2, end);
      buffered = buffered.subarray(end);
      pending += 1;
      serve(message).catch((error: unknown) => {
        trace(error);
        socket.destroy();
      });
    }
    if (pending >= MOST_PENDING) socket.pause();
  };
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  // On a broken connection there is no peer to tell.
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    take();
  });
}
