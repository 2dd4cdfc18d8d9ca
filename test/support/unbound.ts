import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askUdp } from "./dns-client";
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
