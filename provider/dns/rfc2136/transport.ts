import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { Overdue, withDeadline } from "../../core/deadline";
import type { Rfc2136Access } from "./access";

/** How long an exchange may take, in milliseconds of real time: network traffic does not follow the clock of a test. */
export const TCP_MS = 10_000;
/** How long the system's resolver may take. */
const LOOKUP_MS = 10_000;
/** How long each try over UDP waits. */
export const QUESTION_WAITS_MS: readonly number[] = [1_000, 2_000, 4_000];
/** An update goes once: the second of two copies would fail its prerequisites, and that reply would hide the success of the first. */
export const UPDATE_WAITS_MS: readonly number[] = [2_000];

/** The server could not be reached, or did not answer. `reason` is a clause. */
export class Silence extends Error {
  override readonly name = "Silence";
}

/** What came back, read: `useful` ends the wait. Other replies may be forged, so over UDP the wait goes on. */
export interface ReadResult<T> {
  readonly value: T;
  readonly useful: boolean;
}

export type ReadReply<T> = (bytes: Buffer) => ReadResult<T> | undefined;
export type HostAndPort = Pick<Rfc2136Access, "host" | "port">;

/** One message there and one back on a connection of its own (RFC 7766). Throws `Silence`, or the signal's reason. */
export function sendTcp<T>(
  message: Buffer,
  at: HostAndPort,
  read: ReadReply<T>,
  signal: AbortSignal,
  withinMs: number = TCP_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host: at.host, port: at.port });
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.destroy();
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const fail = (reason: string) => {
      end();
      reject(new Silence(reason));
    };
    const timer = setTimeout(() => fail(`no answer over TCP within ${withinMs / 1_000} s`), withinMs);
    signal.addEventListener("abort", stop, { once: true });

    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(message.length);
    let buffered = Buffer.alloc(0);
    socket.on("connect", () => socket.write(Buffer.concat([prefix, message])));
    socket.on("error", (error) => fail(inWords(error)));
    socket.on("close", () => fail("the connection was cut"));
    socket.on("data", (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
        const bytes = buffered.subarray(2, 2 + buffered.readUInt16BE(0));
        buffered = buffered.subarray(2 + bytes.length);
        const result = read(bytes);
        if (result === undefined) continue;
        end();
        resolve(result.value);
        return;
      }
    });
  });
}

/**
 * Sends the same datagram once for each of `waitsMs`, at the server's addresses in turn, from the `first` on, and waits for
 * a useful reply. What came that was none is given back when the try's time is over. Throws `Silence`, or the signal's reason.
 */
export async function sendUdp<T>(
  message: Buffer,
  at: HostAndPort,
  read: ReadReply<T>,
  signal: AbortSignal,
  waitsMs: readonly number[],
  first = 0,
): Promise<T> {
  const addresses = await resolve(at.host, signal);
  let last: Silence | undefined;
  for (const [index, waitMs] of waitsMs.entries()) {
    const address = addresses[(first + index) % addresses.length];
    if (address === undefined) break;
    try {
      return await datagram(message, address, at.port, read, waitMs, signal);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      last = error;
    }
  }
  throw last ?? new Silence("it has no address");
}

interface Address {
  readonly address: string;
  readonly family: number;
}

async function resolve(host: string, signal: AbortSignal): Promise<readonly Address[]> {
  try {
    return await withDeadline({ withinMs: LOOKUP_MS }, signal, () => lookup(host, { all: true }));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Overdue) throw new Silence("its name does not resolve in time");
    throw new Silence(inWords(error));
  }
}

function datagram<T>(
  message: Buffer,
  { address, family }: Address,
  port: number,
  read: ReadReply<T>,
  waitMs: number,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    let useless: ReadResult<T> | undefined;
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.close();
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const fail = (reason: string) => {
      end();
      if (useless === undefined) reject(new Silence(reason));
      else resolve(useless.value);
    };
    const timer = setTimeout(() => fail("no answer over UDP"), waitMs);
    signal.addEventListener("abort", stop, { once: true });
    socket.on("error", (error) => fail(inWords(error)));
    socket.on("message", (bytes) => {
      const result = read(bytes);
      if (result === undefined) return;
      if (!result.useful) {
        useless = result;
        return;
      }
      end();
      resolve(result.value);
    });
    // A connected socket takes nothing from other addresses, and reports a closed port.
    socket.connect(port, address, () => socket.send(message));
  });
}

function inWords(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === "ECONNREFUSED") return "the port is closed (ECONNREFUSED)";
  if (code === "ECONNRESET") return "the connection was cut (ECONNRESET)";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `its name does not resolve (${code})`;
  if (code === "ETIMEDOUT") return "no connection (ETIMEDOUT)";
  return `no connection (${code ?? "unknown error"})`;
}
