import assert from "node:assert/strict";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { DOMAIN, type DomainWorld } from "../emulator/domain";

export const SILENCE_MS = 2_000;
/** Far more than one silence and its last moments, far less than one silence for each resource. */
const BOUND_MS = 8_000;
export const ARGS = { domain: DOMAIN, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };

/** Takes connections and packets, and never answers. */
export interface BlackHole {
  readonly port: number;
  close(): void;
}

export async function openBlackHole(): Promise<BlackHole> {
  const sockets = new Set<Socket>();
  const tcp: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  }).listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  const udp: UdpSocket = createSocket("udp4").bind(port, "127.0.0.1");
  await once(udp, "listening");
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy();
      tcp.close();
      udp.close();
    },
  };
}

/** Stack config with which these services never answer. */
export const silencing = (world: DomainWorld, hole: BlackHole, ...services: readonly string[]) => ({
  "aws:endpoints": JSON.stringify([
    {
      ses: world.emulator.cloud.url,
      sesv2: world.emulator.cloud.url,
      route53: world.emulator.cloud.url,
      sts: world.emulator.cloud.url,
      ...Object.fromEntries(services.map((service) => [service, `http://127.0.0.1:${hole.port}`])),
    },
  ]),
});

export const timed = async <T>(work: () => Promise<T>) => {
  const startedMs = performance.now();
  const done = await work();
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < BOUND_MS, `${tookMs} ms`);
  return done;
};
