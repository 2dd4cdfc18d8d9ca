import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { Fqdn } from "../../../provider/core/fqdn";
import { fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend } from "../../../provider/dns/backend";
import { presentation, type RecordType } from "../../../provider/dns/record";
import { openRfc2136 } from "../../../provider/dns/rfc2136/rfc2136";
import { unquoteText } from "../../../provider/dns/txt";
import { holdAt } from "../backend/hold";
import type { BackendHost, LeftOut, Witnessed } from "../backend/host";
import { recordOf } from "../backend/records";
import { type DnsProxy, openDnsProxy, withRcode } from "../dns/proxy";
import { type RealServer, type RealServerOptions, type TsigKey, zoneText } from "../servers/nameserver";
import type { PowerdnsServer } from "../servers/powerdns";
import { findProgram } from "../servers/programs";

export const ZONE = fqdn("dyn.example");
export const SUBZONE = fqdn("sub.dyn.example");

export const secretOf = (text: string) => Buffer.from(text.padEnd(32, ".")).toString("base64");
/** May update the zones. */
export const KEY: TsigKey = { name: "writer.key", algorithm: "hmac-sha256", secret: secretOf("not a real secret") };
/** May update the zones too. */
export const KEY_384: TsigKey = { name: "writer-384.key", algorithm: "hmac-sha384", secret: secretOf("nor is this") };
export const KEY_512: TsigKey = { name: "writer-512.key", algorithm: "hmac-sha512", secret: secretOf("or this one") };
/** Is known to the server and may update nothing. */
export const POWERLESS: TsigKey = { name: "reader.key", algorithm: "hmac-sha384", secret: secretOf("no power at all") };
/** The name of a key that the server knows, and another secret. */
const MISTYPED: TsigKey = { ...KEY, secret: secretOf("another secret") };

export const serverOptions: RealServerOptions = {
  addresses: ["127.0.0.1"],
  keys: [KEY, KEY_384, KEY_512, POWERLESS],
  zones: [
    {
      name: ZONE,
      update: [KEY.name, KEY_384.name, KEY_512.name],
      transfer: [POWERLESS.name],
      text: zoneText(
        ZONE,
        ["ns1.dyn.example"],
        [
          "ns1 A 127.0.0.1",
          "sub NS ns1.dyn.example.",
          '*.wild 120 TXT "anybody\'s"',
          "*.cloud 120 CNAME elsewhere.example.",
          "alias CNAME elsewhere.example.",
          "away NS ns1.away.example.",
        ],
      ),
    },
    { name: SUBZONE, update: [KEY.name], text: zoneText(SUBZONE, ["ns1.dyn.example"]) },
  ],
};

export interface Opened {
  readonly port: number;
  readonly transport?: "tcp" | "udp";
  readonly key?: TsigKey;
  readonly zone?: Fqdn;
}

export function openAt({ port, transport = "tcp", key = KEY, zone }: Opened): DnsBackend {
  const config: Record<string, string> = {
    "sesdomain:rfc2136TsigKey": key.name,
    "sesdomain:rfc2136TsigAlgorithm": key.algorithm,
    "sesdomain:rfc2136TsigSecret": key.secret,
  };
  return openRfc2136(
    { kind: "rfc2136", server: `127.0.0.1:${port}`, transport, zone },
    { get: (name) => config[name], env: {} },
  );
}

/** Another process opens the back end by this name. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  return openAt(settings as Opened);
}

export interface Rfc2136Host extends BackendHost {
  readonly proxy: DnsProxy;
  readonly server: RealServer;
}

/** A suite's host around a real server; the back end goes through a proxy that counts and can break things. */
export async function openRfc2136Host(server: RealServer, transport: "tcp" | "udp" = "tcp"): Promise<Rfc2136Host> {
  const proxy = await openDnsProxy(server.port);
  const backend = openAt({ port: proxy.port, transport });
  const noSuchFault: LeftOut = { leftOut: "DNS has no answer that means it" };
  const broken = (alter: DnsProxy["alter"]) => () => {
    proxy.alter = alter;
    return {
      undo() {
        proxy.alter = undefined;
      },
    };
  };
  return {
    proxy,
    server,
    backend,
    another: () => openAt({ port: proxy.port, transport }),
    hold: () => holdAt(proxy),
    zone: ZONE,
    subzone: SUBZONE,
    secrets: [KEY, POWERLESS, MISTYPED].flatMap(({ secret }) => [secret, Buffer.from(secret, "base64").toString()]),
    witness: (key) => dig(server.port, key.name, key.type),
    seed: ({ name, type }, values, ttl) => seed(server.port, name, values, ttl, type),
    dump: () => ("sql" in server ? storedRecords(server as PowerdnsServer) : transferred(server.port)),
    changes: () => proxy.seen(5),
    faults: {
      "wrong credential": () => ({ backend: openAt({ port: proxy.port, transport, key: MISTYPED }) }),
      "missing permission": () => ({ backend: openAt({ port: proxy.port, transport, key: POWERLESS }) }),
      "missing zone": () => ({ zone: { name: fqdn("gone.example"), id: "gone.example", servers: [] } }),
      "rate limit": noSuchFault,
      "server error": broken((_reply, request) => withRcode(request, 2, KEY)),
      "cut connection": broken(() => undefined),
    },
    workers: { module: __filename, settings: { port: server.port, transport } satisfies Opened },
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}

/** What dig sees, over TCP. */
export async function dig(port: number, name: Fqdn, type: RecordType = "TXT"): Promise<Witnessed> {
  const args = ["@127.0.0.1", "-p", `${port}`, "+tcp", "+norec", "+noall", "+answer", "+nosplit", name, type];
  const text = await run("dig", args);
  const rows = text.split("\n").flatMap((line) => {
    const [, owner = "", ttl, of, data = ""] = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (of !== type || owner.toLowerCase() !== `${name}.`) return [];
    const value = type === "TXT" ? unquoteText(data, "decimal") : data.toLowerCase();
    return [{ ttl: Number(ttl), value }];
  });
  return { values: rows.map(({ value }) => value), ttl: rows[0]?.ttl };
}

/** The zone as the server transfers it, without its SOA. */
async function transferred(port: number): Promise<readonly string[]> {
  const key = `${POWERLESS.algorithm}:${POWERLESS.name}:${POWERLESS.secret}`;
  const text = await run("dig", [
    "@127.0.0.1",
    "-p",
    `${port}`,
    "-y",
    key,
    "+noall",
    "+answer",
    "+nosplit",
    "AXFR",
    ZONE,
  ]);
  return text
    .split("\n")
    .filter((line) => /^\S+\s+\d+\s+IN\s+(?!SOA)/.test(line))
    .map((line) => line.replace(/^(\S+)\.\s+/, "$1 ").replace(/\s+/g, " "))
    .sort();
}

/** The zone as it is in PowerDNS's database, without its SOA. */
export async function storedRecords({ sql }: Pick<PowerdnsServer, "sql">): Promise<readonly string[]> {
  const text = await sql(
    `select name || ' ' || type || ' ' || ttl || ' ' || disabled || ' ' || content from records where type <> 'SOA' and name like '%${ZONE}'`,
  );
  return text.split("\n").filter(Boolean).sort();
}

/** Makes the set by nsupdate. */
export function seed(
  port: number,
  name: Fqdn,
  values: readonly string[],
  ttl: number,
  type: RecordType = "TXT",
): Promise<void> {
  return nsupdate(port, ZONE, [
    `update delete ${name}. ${type}`,
    ...values.map((value) => `update add ${name}. ${ttl} ${type} ${presentation(recordOf(type, name, value))}`),
  ]);
}

export async function nsupdate(port: number, zone: Fqdn, lines: readonly string[]): Promise<void> {
  const child = spawn(findProgram("nsupdate") ?? "nsupdate", NSUPDATE_ARGS);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  child.stdin.end(script(port, zone, lines));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`nsupdate ended with ${code}: ${said}`);
}

/** The same at once, before anything else happens in this process. */
export function nsupdateNow(port: number, zone: Fqdn, lines: readonly string[]): void {
  execFileSync(findProgram("nsupdate") ?? "nsupdate", NSUPDATE_ARGS, { input: script(port, zone, lines) });
}

const NSUPDATE_ARGS = ["-v", "-y", `${KEY.algorithm}:${KEY.name}:${KEY.secret}`];

function script(port: number, zone: Fqdn, lines: readonly string[]): string {
  return `${[`server 127.0.0.1 ${port}`, `zone ${zone}.`, ...lines, "send", "quit"].join("\n")}\n`;
}

export function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(findProgram(program) ?? program, [...args], { encoding: "utf8" }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}
