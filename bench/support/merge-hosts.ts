import { join } from "node:path";
import { type Emulator, openEmulator } from "../../emulator";
import { DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { txt } from "../../emulator/text";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { unquoteText } from "../../provider/dns/txt";
import { awsConfig } from "../../test/support/aws/cloud";
import type { WorkerPlan } from "../../test/support/backend/writers";
import { openPowerdnsHost } from "../../test/support/powerdns/host";
import { dig, openRfc2136Host, seed, serverOptions, ZONE } from "../../test/support/rfc2136/host";
import { startBind } from "../../test/support/servers/bind";
import { startKnot } from "../../test/support/servers/knot";
import { missingSchema, startPowerdns } from "../../test/support/servers/powerdns";
import { findProgram } from "../../test/support/servers/programs";

/** A host with one record set to write to. */
export interface MergeHost {
  readonly name: Fqdn;
  /** How another process opens the back end. */
  readonly workers: WorkerPlan;
  seed(values: readonly string[], ttl: number): Promise<void>;
  /** What the host holds in the end. */
  values(): Promise<readonly string[]>;
  /** Requests so far, of every kind. */
  requests(): number;
  close(): Promise<void>;
}

export interface MergeKind {
  readonly kind: string;
  /** Why it cannot be measured here; undefined where it can. */
  missing(): string | undefined;
  open(): Promise<MergeHost>;
}

const support = (file: string) => join(__dirname, "..", "..", "test", "support", file);

export const HOSTS: readonly MergeKind[] = [
  {
    kind: "route53",
    missing: () => undefined,
    open: () => openEmulated("route53", "aws/route53-worker.ts", ({ cloud }) => awsConfig(cloud)),
  },
  {
    kind: "cloudflare",
    missing: () => undefined,
    open: () =>
      openEmulated("cloudflare", "cloudflare/worker.ts", ({ env }) => ({
        "cloudflare:apiToken": DEFAULT_TOKEN,
        "cloudflare:baseUrl": env.CLOUDFLARE_BASE_URL,
      })),
  },
  {
    kind: "rfc2136-bind",
    missing: () => missingProgram("named", "nsupdate", "dig"),
    open: async () => openUpdated(await startBind(serverOptions)),
  },
  {
    kind: "rfc2136-knot",
    missing: () => missingProgram("knotd", "nsupdate", "dig"),
    open: async () => openUpdated(await startKnot(serverOptions)),
  },
  {
    kind: "powerdns",
    missing: () => missingProgram("pdns_server", "pdnsutil", "sqlite3", "dig") ?? missingSchema(),
    open: async () => {
      const host = await openPowerdnsHost(await startPowerdns(serverOptions));
      const name = fqdn(`_amazonses.${ZONE}`);
      return {
        name,
        workers: { module: support("powerdns/host.ts"), settings: { url: host.proxy.url } },
        seed: (values, ttl) => host.seed({ name, type: "TXT" }, values, ttl),
        values: async () => (await dig(host.server.port, name)).values,
        requests: () => host.proxy.seen.length,
        close: () => host.close(),
      };
    },
  },
];

/** One zone of an emulator whose limits are off: what is measured is the merging. */
export async function openMergeEmulator(): Promise<{ readonly emulator: Emulator; readonly zoneId: string }> {
  const emulator = await openEmulator({ rateLimits: false });
  const zone = await emulator.addZone({ name: "ses-example.com" });
  return { emulator, zoneId: zone.id };
}

export function valuesAt({ zones }: Emulator, zoneId: string, name: Fqdn): readonly string[] {
  const set = zones.view(zoneId).find({ name, type: "TXT" });
  return set?.values.map((value) => unquoteText(value, "octal")) ?? [];
}

export function seedAt({ zones }: Emulator, zoneId: string, name: Fqdn, values: readonly string[], ttl: number): void {
  zones.change(zoneId, [{ action: "put", set: { name, type: "TXT", ttl, values: values.map((value) => txt(value)) } }]);
}

async function openEmulated(
  service: string,
  worker: string,
  settings: (emulator: Emulator) => unknown,
): Promise<MergeHost> {
  const { emulator, zoneId } = await openMergeEmulator();
  const name = fqdn("_amazonses.ses-example.com");
  return {
    name,
    workers: { module: support(worker), settings: settings(emulator) },
    seed: async (values, ttl) => seedAt(emulator, zoneId, name, values, ttl),
    values: async () => valuesAt(emulator, zoneId, name),
    requests: () =>
      Object.entries(emulator.requests.counts().http)
        .filter(([action]) => action.startsWith(`${service}:`))
        .reduce((sum, [, count]) => sum + count, 0),
    close: () => emulator.close(),
  };
}

async function openUpdated(server: Awaited<ReturnType<typeof startBind>>): Promise<MergeHost> {
  const { proxy, close } = await openRfc2136Host(server);
  const name = fqdn(`_amazonses.${ZONE}`);
  return {
    name,
    workers: { module: support("rfc2136/host.ts"), settings: { port: proxy.port } },
    seed: (values, ttl) => seed(server.port, name, values, ttl),
    values: async () => (await dig(server.port, name)).values,
    requests: () => proxy.seen(0) + proxy.seen(5),
    close,
  };
}

function missingProgram(...names: readonly string[]): string | undefined {
  const name = names.find((each) => findProgram(each) === undefined);
  return name === undefined ? undefined : `${name} is not installed here`;
}
