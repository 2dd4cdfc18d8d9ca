import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, type RealServer, type RealServerOptions, startServer, temporaryFolder } from "./nameserver";
import { findProgram } from "./programs";

const execute = promisify(execFile);

/** Where Debian and others put the SQLite back end's tables. */
const SCHEMAS = [
  "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql",
  "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql",
];

export const API_KEY = "not-a-real-api-key";

export interface PowerdnsServer extends RealServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  pdnsutil(...args: string[]): Promise<string>;
  /** Runs SQL in the server's database. */
  sql(statement: string): Promise<string>;
}

/** Why it cannot be started here; `undefined` where it can. */
export function missingSchema(): string | undefined {
  return SCHEMAS.some((path) => existsSync(path))
    ? undefined
    : "the tables of pdns-backend-sqlite3 are not installed here";
}

/**
 * Starts a PowerDNS Authoritative Server with SQLite, the API on, and dynamic updates for the zones' keys. Call
 * `requireProgram` for "pdns_server", "pdnsutil" and "sqlite3" first. Source: the server's manual, settings.
 */
export async function startPowerdns(options: RealServerOptions): Promise<PowerdnsServer> {
  const folder = temporaryFolder("powerdns");
  const port = options.port ?? (await freePort(options.addresses));
  const apiPort = await freePort(["127.0.0.1"]);
  const database = join(folder, "zones.sqlite3");
  const sql = async (statement: string) =>
    (await execute("sqlite3", [database, "-cmd", ".timeout 5000", statement])).stdout;
  await sql(`.read ${SCHEMAS.find((path) => existsSync(path))}`);
  writeFileSync(join(folder, "pdns.conf"), configuration(options, folder, port, apiPort));
  const pdnsutil = async (...args: string[]) =>
    (await execute(findProgram("pdnsutil") ?? "pdnsutil", [`--config-dir=${folder}`, ...args])).stdout;

  for (const { name, algorithm, secret } of options.keys ?? []) {
    await pdnsutil("import-tsig-key", name, algorithm, secret);
  }
  for (const [index, zone] of options.zones.entries()) {
    const file = join(folder, `${index}.zone`);
    writeFileSync(file, zone.text);
    await pdnsutil("load-zone", zone.name, file);
    await pdnsutil("set-meta", zone.name, "SOA-EDIT-API", "INCREASE");
    if (zone.signed !== undefined) await pdnsutil("secure-zone", zone.name);
    if (zone.signed === "opt-out") await pdnsutil("set-nsec3", zone.name, "1 1 0 -");
    if (zone.signed !== undefined) await pdnsutil("rectify-zone", zone.name);
    if (Array.isArray(zone.update)) await pdnsutil("set-meta", zone.name, "TSIG-ALLOW-DNSUPDATE", ...zone.update);
  }
  const args = [`--config-dir=${folder}`, "--daemon=no", "--guardian=no", "--disable-syslog"];
  const server = await startServer(findProgram("pdns_server") ?? "pdns_server", args, folder, port, options);
  return { ...server, url: `http://127.0.0.1:${apiPort}`, pdnsutil, sql };
}

function configuration({ addresses }: RealServerOptions, folder: string, port: number, apiPort: number): string {
  return [
    "launch=gsqlite3",
    `gsqlite3-database=${join(folder, "zones.sqlite3")}`,
    "gsqlite3-dnssec=yes",
    `local-address=${addresses.join(",")}`,
    `local-port=${port}`,
    `socket-dir=${folder}`,
    "security-poll-suffix=",
    "zone-cache-refresh-interval=0",
    "cache-ttl=0",
    "query-cache-ttl=0",
    "negquery-cache-ttl=0",
    "api=yes",
    `api-key=${API_KEY}`,
    "webserver-address=127.0.0.1",
    `webserver-port=${apiPort}`,
    "webserver-allow-from=127.0.0.1",
    "dnsupdate=yes",
    "allow-dnsupdate-from=127.0.0.0/8",
    "loglevel=4",
    "",
  ].join("\n");
}

/** What stands in for the API's answer: a status, or a cut connection. */
export type Stand = { readonly status: number; readonly body?: string } | "cut";

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A reverse proxy before the API, as many have one: it counts, and can refuse in the API's place. */
export interface ApiProxy {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  stand: ((request: SeenRequest) => Stand | undefined) | undefined;
  /** Awaited before a request goes on to the API. */
  before: (() => Promise<void>) | undefined;
  /** Runs when the API has answered, before the client hears of it. */
  after: ((request: SeenRequest) => Promise<void>) | undefined;
  close(): Promise<void>;
}

export async function openApiProxy(target: string): Promise<ApiProxy> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", async () => {
      const body = Buffer.concat(chunks);
      const asked = { method: incoming.method ?? "", path: incoming.url ?? "", body: body.toString() };
      seen.push(asked);
      await proxy.before?.();
      const stand = proxy.stand?.(asked);
      if (stand === "cut") {
        incoming.socket.destroy();
        return;
      }
      if (stand !== undefined) {
        outgoing.writeHead(stand.status, { "Content-Type": "application/json" }).end(stand.body ?? "");
        return;
      }
      const onward = request(
        `${target}${asked.path}`,
        { method: asked.method, headers: incoming.headers },
        (answer) => {
          const pass = () => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          };
          Promise.resolve(proxy.after?.(asked)).then(pass, () => outgoing.destroy());
        },
      );
      onward.on("error", () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: ApiProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stand: undefined,
    before: undefined,
    after: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
