import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { askUdp } from "../dns/client";
import { freePort, temporaryFolder } from "./nameserver";
import { findProgram } from "./programs";

/**
 * unbound as a validating resolver that asks `upstream` (address:port) and holds a DS record of the domain as its trust
 * anchor, so that a domain without signatures is bogus. Source: unbound.conf(5).
 */
export async function startValidator(domain: string, upstream: string): Promise<{ at: string; stop(): Promise<void> }> {
  const folder = temporaryFolder("unbound");
  const address = "127.70.9.53";
  const port = await freePort([address]);
  const [at = "", upstreamPort = ""] = upstream.split(":");
  const file = join(folder, "unbound.conf");
  const lines = [
    "server:",
    `  directory: "${folder}"`,
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    "  use-syslog: no",
    "  do-daemonize: no",
    "  do-not-query-localhost: no",
    '  module-config: "validator iterator"',
    `  interface: ${address}@${port}`,
    `  trust-anchor: "${domain}. DS 12345 13 2 ${"ab".repeat(32)}"`,
    "forward-zone:",
    '  name: "."',
    `  forward-addr: ${at}@${upstreamPort}`,
    "remote-control:",
    "  control-enable: no",
    "",
  ];
  writeFileSync(file, lines.join("\n"));
  const child = spawn(findProgram("unbound") ?? "unbound", ["-d", "-c", file], { stdio: "ignore" });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 50; tries++) {
    const reply = await askUdp({ address, port, name: "com", type: "SOA", recursionDesired: true, patienceMs: 200 });
    if (reply !== undefined) return { at: `${address}:${port}`, stop };
  }
  await stop();
  throw new Error("unbound does not answer");
}

/** DNS over HTTPS (RFC 8484) in front of a resolver (address:port), on loopback without TLS. */
export async function openDohFront(resolver: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const [address = "", port = ""] = resolver.split(":");
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const socket = createSocket("udp4");
    socket.once("message", (bytes) => {
      response.writeHead(200, { "content-type": "application/dns-message" }).end(bytes);
      socket.close();
    });
    socket.send(Buffer.concat(chunks), Number(port), address);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
