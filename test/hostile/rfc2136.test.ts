import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { silentLog } from "../../provider/core/ctx";
import { DnsHostError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openRfc2136 } from "../../provider/dns/rfc2136/rfc2136";
import { openHastyClock } from "../support/hasty-clock";

const NAME = fqdn("_amazonses.example.com");
const ZONE = { name: fqdn("example.com"), id: "ns example.com", servers: [] };
const VALUE = { type: "TXT" as const, name: NAME, text: "token", ttl: 60 };
const SECRET = Buffer.from("not-a-real-secret").toString("base64");

const framed = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);

/** What comes in place of a signed reply; `query` is the message that was asked, with its length. */
const HOSTILITIES: Readonly<Record<string, (socket: Socket, query: Buffer) => void>> = {
  HTML: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n<html></html>"),
  nothing: (socket) => socket.end(),
  "no DNS message": (socket, query) =>
    socket.write(framed(Buffer.concat([query.subarray(2, 4), Buffer.alloc(30, 255)]))),
  "the query itself": (socket, query) => socket.write(query),
  "no such name, unsigned": (socket, query) => {
    const reply = Buffer.from(query.subarray(2));
    reply.writeUInt16BE(0x8403, 2);
    // Without the signature, which is the one additional record: the question stays.
    reply.writeUInt16BE(0, 10);
    socket.write(framed(reply.subarray(0, 12 + fromQuestion(reply))));
  },
  cut: (socket) => socket.write(Buffer.from([1, 0, 1, 2]), () => socket.destroy()),
  stalled: () => undefined,
  dripping: (socket) => {
    const timer = setInterval(() => socket.write(Buffer.from([255])), 30);
    socket.on("close", () => clearInterval(timer));
  },
  endless: (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
    };
    socket.on("drain", more);
    more();
  },
};

function fromQuestion(message: Buffer): number {
  let at = 12;
  while ((message[at] ?? 0) !== 0) at += (message[at] ?? 0) + 1;
  return at + 5 - 12;
}

async function open(answer: (socket: Socket, query: Buffer) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", (query) => answer(socket, query));
  });
  server.listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  const env = {
    RFC2136_NAMESERVER: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    RFC2136_TSIG_KEY: "key",
    RFC2136_TSIG_SECRET: SECRET,
  };
  return {
    backend: openRfc2136({ kind: "rfc2136" }, { get: () => undefined, env }, 200),
    ctx: { clock: openHastyClock(Date.now()), log: silentLog, signal: new AbortController().signal },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const CASES: Readonly<
  Record<string, (backend: DnsBackend, ctx: Parameters<DnsBackend["list"]>[2]) => Promise<unknown>>
> = {
  findZone: (backend, ctx) => backend.findZone(NAME, ctx),
  list: (backend, ctx) => backend.list(ZONE, { name: NAME, type: "TXT" }, ctx),
  listNames: (backend, ctx) => backend.listNames(ZONE, [NAME], ctx),
  add: (backend, ctx) => backend.add(ZONE, [VALUE], ctx),
  remove: (backend, ctx) => backend.remove(ZONE, [VALUE], ctx),
};

describe("replies that are no signed DNS message", function () {
  this.timeout(60_000);
  for (const [hostility, answer] of Object.entries(HOSTILITIES)) {
    it(`say nothing: ${hostility}`, async () => {
      await Promise.all(
        Object.entries(CASES).map(async ([what, run]) => {
          const { backend, ctx, close } = await open(answer);
          try {
            const came = await run(backend, ctx).then(
              (result) => ({ result }),
              (error: unknown) => ({ error }),
            );
            assert.ok("error" in came, `${what}: ${JSON.stringify(came)}`);
            assert.ok(came.error instanceof DnsHostError, `${what}: ${came.error}`);
            assert.ok(["host-unavailable", "host-refused"].includes(came.error.code), `${what}: ${came.error}`);
          } finally {
            await close();
          }
        }),
      );
    });
  }
});
