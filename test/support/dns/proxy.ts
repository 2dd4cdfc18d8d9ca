import { createHmac } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { appendTsig, findTsig, type TsigRecord } from "../../../provider/dns/rfc2136/tsig";
import type { TsigKey } from "../servers/nameserver";

/** What becomes of a reply: other bytes (or several messages), or `undefined` for none and, over TCP, a cut connection. */
export type Alter = (reply: Buffer, request: Buffer) => Buffer | readonly Buffer[] | undefined;

/** Stands between a client and a name server, over UDP and TCP, on 127.0.0.1. */
export interface DnsProxy {
  readonly port: number;
  /** Requests so far, by opcode: 0 a question, 5 an update. */
  seen(opcode: number): number;
  /** Default: replies pass as they are. */
  alter: Alter | undefined;
  /** Awaited before a request goes on to the server. */
  before: (() => Promise<void>) | undefined;
  close(): Promise<void>;
}

export async function openDnsProxy(target: number): Promise<DnsProxy> {
  const counts = new Map<number, number>();
  const sockets = new Set<Socket>();
  const count = (request: Buffer) => {
    const opcode = (request.readUInt8(2) >> 3) & 0xf;
    counts.set(opcode, (counts.get(opcode) ?? 0) + 1);
  };
  const altered = (reply: Buffer, request: Buffer): readonly Buffer[] => {
    if (proxy.alter === undefined) return [reply];
    const result = proxy.alter(reply, request);
    return result === undefined ? [] : Buffer.isBuffer(result) ? [result] : (result as readonly Buffer[]);
  };

  const tcp = createServer((client) => {
    const server = connect(target, "127.0.0.1");
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
      socket.on("error", () => socket.destroy());
    }
    let asked: Buffer = Buffer.alloc(0);
    framed(client, async (request) => {
      count(request);
      asked = request;
      await proxy.before?.();
      server.write(prefixed(request));
    });
    framed(server, (reply) => {
      const replies = altered(reply, asked);
      if (replies.length === 0) client.destroy();
      for (const each of replies) client.write(prefixed(each));
    });
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;

  const udp = createSocket("udp4");
  udp.on("message", async (request, from) => {
    count(request);
    await proxy.before?.();
    const server = createSocket("udp4");
    server.on("message", (reply) => {
      server.close();
      for (const each of altered(reply, request)) udp.send(each, from.port, from.address);
    });
    server.send(request, target, "127.0.0.1");
    server.unref();
  });
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");

  const proxy: DnsProxy = {
    port,
    seen: (opcode) => counts.get(opcode) ?? 0,
    alter: undefined,
    before: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
  return proxy;
}

function framed(socket: Socket, take: (message: Buffer) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const length = buffered.readUInt16BE(0);
      take(Buffer.from(buffered.subarray(2, 2 + length)));
      buffered = buffered.subarray(2 + length);
    }
  });
}

function prefixed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

/** The message's TSIG record, and the message without it. */
export function signatureOf(message: Buffer): { readonly record: TsigRecord; readonly stripped: Buffer } {
  const found = findTsig(message);
  if (typeof found !== "object") throw new Error(`no signed message: ${found}`);
  return found;
}

/** The message without its TSIG record. */
export function stripTsig(message: Buffer): Buffer {
  return signatureOf(message).stripped;
}

/** Signs a reply to `request` as a server does (RFC 8945 section 5.3), with whatever is to be wrong in it. */
export function signReply(
  reply: Buffer,
  request: Buffer,
  key: TsigKey,
  wrong: Partial<TsigRecord & { macLength: number }> = {},
): Buffer {
  const asked = signatureOf(request);
  const record: TsigRecord = {
    name: key.name,
    algorithm: key.algorithm,
    timeSeconds: Math.floor(Date.now() / 1_000),
    fudge: 300,
    mac: Buffer.alloc(0),
    originalId: reply.readUInt16BE(0),
    error: 0,
    other: Buffer.alloc(0),
    ...wrong,
  };
  const words = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
  const time = Buffer.alloc(6);
  time.writeUIntBE(record.timeSeconds, 0, 6);
  const mac = createHmac(record.algorithm.replace("hmac-", ""), Buffer.from(key.secret, "base64"))
    .update(Buffer.concat([words(asked.record.mac.length), asked.record.mac, reply]))
    .update(Buffer.concat([name(record.name), words(255, 0, 0), name(record.algorithm), time]))
    .update(Buffer.concat([words(record.fudge, record.error, record.other.length), record.other]))
    .digest();
  return appendTsig(reply, { ...record, mac: wrong.mac ?? mac.subarray(0, wrong.macLength ?? mac.length) });
}

function name(text: string): Buffer {
  return Buffer.concat([
    ...text.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

/** A reply of that RCODE, without records, signed; `tsig` is what its TSIG record says besides. */
export function withRcode(request: Buffer, rcode: number, key: TsigKey, tsig: Partial<TsigRecord> = {}): Buffer {
  const bare = stripTsig(request);
  const questionEnd = bare.indexOf(0, 12) + 5;
  const head = Buffer.from(bare.subarray(0, questionEnd));
  head.writeUInt16BE((bare.readUInt16BE(2) & 0x7900) | 0x8000 | rcode, 2);
  head.writeUInt16BE(1, 4);
  for (const at of [6, 8, 10]) head.writeUInt16BE(0, at);
  return signReply(head, request, key, tsig);
}
