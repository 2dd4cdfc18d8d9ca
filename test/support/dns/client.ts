import { createSocket } from "node:dgram";
import { createConnection } from "node:net";
import { encodeQuery, type QueryOptions } from "../../../provider/wire/encode";
import { decodeMessage, type Message } from "../../../provider/wire/message";

/** Long enough for a busy machine. A test that expects silence hands in less. */
const PATIENCE_MS = 5000;

export interface AskOptions extends Partial<QueryOptions> {
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly type?: string;
  readonly patienceMs?: number;
}

const queryOf = (options: AskOptions) => encodeQuery({ id: 4711, type: "TXT", ...options });

/** One datagram, and the first that comes back, its size too; `undefined` where none comes. */
export function askUdp(options: AskOptions): Promise<(Message & { readonly octets: number }) | undefined> {
  return sendUdp(options, queryOf(options));
}

export async function sendUdp(
  to: Pick<AskOptions, "address" | "port" | "patienceMs">,
  bytes: Buffer,
): Promise<(Message & { readonly octets: number }) | undefined> {
  const reply = await exchangeUdp(to, bytes);
  const message = reply && decodeMessage(reply);
  return message && reply && { ...message, octets: reply.length };
}

/** The same, and what comes back as it is. */
export function exchangeUdp(
  to: Pick<AskOptions, "address" | "port" | "patienceMs">,
  bytes: Buffer,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(to.address.includes(":") ? "udp6" : "udp4");
    const timer = setTimeout(() => socket.close(() => resolve(undefined)), to.patienceMs ?? PATIENCE_MS);
    socket.once("error", reject);
    socket.once("message", (reply) => {
      clearTimeout(timer);
      socket.close(() => resolve(reply));
    });
    socket.send(bytes, to.port, to.address);
  });
}

/** All questions over one connection, written as one chunk cut into pieces; the answers in the order they came until the server closes or all are there. */
export function askTcp(
  to: Pick<AskOptions, "address" | "port" | "patienceMs">,
  questions: readonly Omit<AskOptions, "address" | "port">[],
  pieces = 1,
): Promise<Message[]> {
  return new Promise((resolve) => {
    const chunks = questions.flatMap((question) => {
      const query = queryOf({ ...to, ...question });
      return [Buffer.from([query.length >> 8, query.length & 0xff]), query];
    });
    const bytes = Buffer.concat(chunks);
    const socket = createConnection({ host: to.address, port: to.port, noDelay: true });
    const messages: Message[] = [];
    let received = Buffer.alloc(0);
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(messages);
    };
    const timer = setTimeout(end, to.patienceMs ?? PATIENCE_MS);
    // A reset ends it as a close does.
    socket.on("error", end);
    socket.on("close", end);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const stop = 2 + received.readUInt16BE(0);
        const message = decodeMessage(received.subarray(2, stop));
        if (message) messages.push(message);
        received = received.subarray(stop);
      }
      if (messages.length === questions.length) end();
    });
    socket.on("connect", async () => {
      const size = Math.ceil(bytes.length / pieces);
      for (let at = 0; at < bytes.length; at += size) {
        socket.write(bytes.subarray(at, at + size));
        await new Promise((next) => setImmediate(next));
      }
    });
  });
}
