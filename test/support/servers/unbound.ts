import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { askUdp } from "../dns/client";
import { freePort, type RealServer, type RealServerOptions, startServer, temporaryFolder } from "./nameserver";
import { findProgram } from "./programs";

/**
 * unbound as an authoritative server: its `auth-zone`s are answered with AA, anything else is refused. Call
 * `requireProgram(this, "unbound")` first. Source: unbound.conf(5).
 */
export async function startUnbound(options: RealServerOptions): Promise<RealServer> {
  const folder = temporaryFolder("unbound");
  const port = options.port ?? (await freePort(options.addresses));
  for (const [index, zone] of options.zones.entries()) writeFileSync(join(folder, `${index}.zone`), zone.text);
  const file = join(folder, "unbound.conf");
  const zones = options.zones.flatMap(({ name }, index) => [
    "auth-zone:",
    `  name: "${name === "" ? "." : name}"`,
    `  zonefile: "${join(folder, `${index}.zone`)}"`,
    "  for-downstream: yes",
    "  for-upstream: no",
  ]);
  const server = options.addresses.map((address) => `interface: ${address}@${port}`);
  // What is in no zone of its own is refused and not looked up.
  writeFileSync(file, configuration(folder, server, zones, "refuse_non_local"));
  return startServer(program(), ["-d", "-c", file], folder, port, options);
}

/** unbound as a resolver for any client, which asks `upstream` (address:port). */
export async function startResolver(address: string, port: number, upstream: string): Promise<RealServer> {
  const folder = temporaryFolder("unbound");
  const file = join(folder, "unbound.conf");
  const server = [`interface: ${address}@${port}`, 'module-config: "iterator"'];
  writeFileSync(file, configuration(folder, server, forwarded(upstream)));
  return startServer(program(), ["-d", "-c", file], folder, port, { addresses: [address], zones: [] });
}

/** What a validator is to know of the domain. */
export interface Anchor {
  /** The record that it trusts. Default: a DS that no key fits, so that a domain without signatures is bogus. */
  readonly record?: string | undefined;
  /** Where the domain's servers are asked, signatures and all (address:port). Default: as anything else, at `upstream`. */
  readonly servers?: readonly string[];
}

/** unbound as a validating resolver that asks `upstream` (address:port) and holds a key of the domain. */
export async function startValidator(
  domain: string,
  upstream: string,
  { record = `DS 12345 13 2 ${"ab".repeat(32)}`, servers = [] }: Anchor = {},
): Promise<{ at: string; stop(): Promise<void> }> {
  const folder = temporaryFolder("unbound");
  const address = "127.70.9.53";
  const port = await freePort([address]);
  const file = join(folder, "unbound.conf");
  const stub = ["stub-zone:", `  name: "${domain}"`, ...servers.map((at) => `  stub-addr: ${at.replace(":", "@")}`)];
  const server = [
    'module-config: "validator iterator"',
    `interface: ${address}@${port}`,
    `trust-anchor: "${domain}. ${record}"`,
  ];
  writeFileSync(file, configuration(folder, server, [...(servers.length > 0 ? stub : []), ...forwarded(upstream)]));
  const child = spawn(program(), ["-d", "-c", file], { stdio: "ignore" });
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

function program(): string {
  return findProgram("unbound") ?? "unbound";
}

function forwarded(upstream: string): readonly string[] {
  return ["forward-zone:", '  name: "."', `  forward-addr: ${upstream.replace(":", "@")}`];
}

function configuration(folder: string, server: readonly string[], rest: readonly string[], access = "allow"): string {
  const lines = [
    `directory: "${folder}"`,
    'username: ""',
    'chroot: ""',
    'pidfile: ""',
    "use-syslog: no",
    "do-daemonize: no",
    "do-not-query-localhost: no",
    `access-control: 127.0.0.0/8 ${access}`,
    `access-control: ::1/128 ${access}`,
    ...server,
  ];
  return ["server:", ...lines.map((line) => `  ${line}`), ...rest, "remote-control:", "  control-enable: no", ""].join(
    "\n",
  );
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
