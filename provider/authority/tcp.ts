import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { onAbort } from "../core/abort";
import { encodeQuery } from "../wire/message";
import { type Question, readAnswerTo } from "./question";
import type { Endpoint, Received } from "./udp";

/** Asks once over TCP (RFC 7766) on a connection of its own, which is closed in any case. */
export function askTcp(
  question: Question,
  at: Endpoint,
  edns: boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const id = randomInt(0x10000);
    const query = encodeQuery({ ...question, id, edns });
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(query.length);

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
    // Bytes that came during a busy spell are read before the time is up.
    const timer = setTimeout(() => setImmediate(silent, undefined), waitMs);
    const release = onAbort(signal, stop);

    let buffered = Buffer.alloc(0);
    socket.on("connect", () => socket.write(Buffer.concat([prefix, query])));
    socket.on("error", (error) => silent((error as NodeJS.ErrnoException).code ?? error.message));
    socket.on("close", () => silent("ECONNRESET"));
    socket.on("data", (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      if (buffered.length < 2 || buffered.length < 2 + buffered.readUInt16BE(0)) return;
      const bytes = buffered.subarray(2, 2 + buffered.readUInt16BE(0));
      const answer = bytes.length >= 2 && bytes.readUInt16BE(0) === id ? readAnswerTo(question, bytes) : "garbled";
      settle(typeof answer === "string" ? { message: undefined, code: undefined, garbled: true } : { message: answer });
    });
  });
}
