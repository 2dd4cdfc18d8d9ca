import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { onAbort } from "../core/abort";
import { encodeQuery } from "../wire/encode";
import { type Query, readAnswerTo } from "./query";
import type { Endpoint, Received } from "./udp";

/** Asks once over TCP (RFC 7766) on a connection of its own, which is closed in any case. */
export function askTcp(
  query: Query,
  at: Endpoint,
  edns: boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const id = randomInt(0x10000);
    const packet = encodeQuery({ ...query, id, edns });
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(packet.length);

    const socket = connect({ host: at.address, port: at.port });
    const end = () => {
      clearTimeout(timer);
      release();
      socket.destroy();
    };
    const settle = (received: Received) => {
      end();
      resolve(received);
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const silent = (code: string | undefined) => settle({ message: undefined, code, garbled: false });
    // Bytes that arrived while the process was busy are read before the timeout counts.
    const timer = setTimeout(() => setImmediate(silent, undefined), waitMs);
    const release = onAbort(signal, stop);

    const chunks: Buffer[] = [];
    let octets = 0;
    // The octets to read: the length prefix of two, then the message too.
    let wanted = 2;
    socket.on("connect", () => socket.write(Buffer.concat([prefix, packet])));
    socket.on("error", (error) => silent((error as NodeJS.ErrnoException).code ?? error.message));
    socket.on("close", () => silent("ECONNRESET"));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      octets += chunk.length;
      if (octets >= 2 && wanted === 2) {
        chunks.splice(0, chunks.length, Buffer.concat(chunks));
        wanted = 2 + (chunks[0]?.readUInt16BE(0) ?? 0);
      }
      if (octets < 2 || octets < wanted) return;
      const bytes = Buffer.concat(chunks).subarray(2, wanted);
      const answer = bytes.length >= 2 && bytes.readUInt16BE(0) === id ? readAnswerTo(query, bytes) : "garbled";
      settle(typeof answer === "string" ? { message: undefined, code: undefined, garbled: true } : { message: answer });
    });
  });
}
