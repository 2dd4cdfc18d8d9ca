import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { encodeQuery } from "../../../provider/wire/encode";
import { decodeMessage } from "../../../provider/wire/message";

/** A TSIG key: `secret` in base64, `algorithm` as TSIG names it ("hmac-sha256"). */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: string;
  readonly secret: string;
}

/** A primary zone. `text` is the whole zone file; `zoneText` makes one. */
export interface ZoneFile {
  readonly name: string;
  readonly text: string;
  /** Who may send updates (RFC 2136): names of keys, or any client. Default: none. */
  readonly update?: "anybody" | readonly string[];
  /** In place of `update`, as the server's configuration has it: BIND's `update-policy`, or the list of rules of Knot's `acl`. */
  readonly policy?: string;
  /** Who may transfer the zone: names of keys, or any client. Default: none. */
  readonly transfer?: "anybody" | readonly string[];
  /** Whether BIND, Knot or PowerDNS signs it, and how it proves absence. Default: it is not signed. */
  readonly signed?: Signing | undefined;
}

/** NSEC, or NSEC3 with opt-out (RFC 5155 section 6). */
export type Signing = "nsec" | "opt-out";

export interface RealServerOptions {
  /** Loopback addresses, all with one port. */
  readonly addresses: readonly string[];
  /** Default: one that is free at every address, over UDP and TCP. */
  readonly port?: number;
  readonly zones: readonly ZoneFile[];
  readonly keys?: readonly TsigKey[];
}

/** A real name server in a process and a temporary folder of its own. */
export interface RealServer {
  readonly port: number;
  readonly folder: string;
  /** What it wrote to its log so far. */
  log(): string;
  /** Ends the process and removes the folder. */
  stop(): Promise<void>;
}

/** A zone file: SOA and NS from `servers`, then the lines as they are. `serial` 1, TTL 300 where a line has none. */
export function zoneText(name: string, servers: readonly string[], lines: readonly string[] = []): string {
  const origin = name === "" ? "." : `${name}.`;
  const primary = servers[0] ?? "localhost";
  return [
    `$ORIGIN ${origin}`,
    "$TTL 300",
    `@ SOA ${primary}. hostmaster.${primary}. 1 7200 900 1209600 60`,
    ...servers.map((server) => `@ NS ${server}.`),
    ...lines,
    "",
  ].join("\n");
}

export function temporaryFolder(prefix: string): string {
  return mkdtempSync(join(tmpdir(), `sesdomain-${prefix}-`));
}

/** A port that is free at all addresses, over UDP and TCP. */
export async function freePort(addresses: readonly string[]): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await Promise.all(
      addresses.flatMap((address) => [isFreeUdp(address, port), isFreeTcp(address, port)]),
    );
    if (!free.includes(false)) return port;
  }
  throw new Error(`no free port at ${addresses.join(", ")}`);
}

function isFreeUdp(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}

function isFreeTcp(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

const READY_WITHIN_MS = 15_000;

/** Starts a name server's program and waits until every zone is served at every address. */
export async function startServer(
  command: string,
  args: readonly string[],
  folder: string,
  port: number,
  { addresses, zones }: RealServerOptions,
): Promise<RealServer> {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const note = (chunk: Buffer) => {
    log += chunk.toString();
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.once("error", (error) => note(Buffer.from(String(error))));
  const server: RealServer = {
    port,
    folder,
    log: () => log,
    async stop() {
      await end(child, gone);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const untilMs = Date.now() + READY_WITHIN_MS;
  for (const address of addresses) {
    for (const zone of zones) {
      while (!(await serves(address, port, zone.name))) {
        if (child.exitCode === null && Date.now() < untilMs) continue;
        await server.stop();
        throw new Error(`${command} does not serve "${zone.name}" at ${address} port ${port}:\n${log}`);
      }
    }
  }
  return server;
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(late);
}

/** Asks for the zone's SOA once; takes at least a moment where there is no authoritative answer. */
async function serves(address: string, port: number, zone: string): Promise<boolean> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    const answer = new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.once("message", (bytes) => {
        const message = decodeMessage(bytes);
        resolve(message?.rcode === "NOERROR" && message.authoritative && message.answers.length > 0);
      });
    });
    socket.send(encodeQuery({ id: 1, name: zone, type: "SOA" }), port, address);
    const served = await Promise.race([answer, pause(200, false)]);
    if (!served) await pause(30);
    return served;
  } finally {
    socket.close();
  }
}
