import { fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend } from "../../../provider/dns/backend";
import { openPowerdns } from "../../../provider/dns/powerdns/powerdns";
import { presentation } from "../../../provider/dns/record";
import { holdAt } from "../backend/hold";
import type { BackendHost } from "../backend/host";
import { recordOf } from "../backend/records";
import { dig, SUBZONE, serverOptions, storedRecords, ZONE } from "../rfc2136/host";
import {
  API_KEY,
  type ApiProxy,
  openApiProxy,
  type PowerdnsServer,
  type Stand,
  startPowerdns,
} from "../servers/powerdns";
import { requireProgram } from "../servers/programs";

const WRONG_KEY = "not-an-api-key-of-this-server";

export interface OpenedApi {
  readonly url: string;
  readonly apiKey?: string;
}

export function openApiAt({ url, apiKey = API_KEY }: OpenedApi): DnsBackend {
  const get = (key: string) => (key === "sesdomain:pdnsApiKey" ? apiKey : undefined);
  return openPowerdns({ kind: "powerdns", url }, { get, env: {} });
}

/** Another process opens the back end by this name. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  return openApiAt(settings as OpenedApi);
}

export interface PowerdnsHost extends BackendHost {
  readonly proxy: ApiProxy;
  readonly server: PowerdnsServer;
}

/** A suite's host around a real server; the back end goes through a proxy that counts and can break things. */
export async function openPowerdnsHost(server: PowerdnsServer): Promise<PowerdnsHost> {
  const proxy = await openApiProxy(server.url);
  const standing = (stand: Stand) => () => {
    proxy.stand = () => stand;
    return {
      undo() {
        proxy.stand = undefined;
      },
    };
  };
  return {
    proxy,
    server,
    backend: openApiAt({ url: proxy.url }),
    another: () => openApiAt({ url: proxy.url }),
    hold: () => holdAt(proxy),
    zone: ZONE,
    subzone: SUBZONE,
    secrets: [API_KEY, WRONG_KEY],
    witness: (key) => dig(server.port, key.name, key.type),
    async seed({ name, type }, values, ttl) {
      const records = values.map((value) => ({ content: presentation(recordOf(type, name, value)), disabled: false }));
      const rrset = { name: `${name}.`, type, changetype: "REPLACE", ttl, records };
      await patch(server, [rrset]);
    },
    dump: () => storedRecords(server),
    changes: () => proxy.seen.filter(({ method }) => method !== "GET").length,
    faults: {
      "wrong credential": () => ({ backend: openApiAt({ url: proxy.url, apiKey: WRONG_KEY }) }),
      "missing permission": standing({ status: 403, body: JSON.stringify({ error: `not with ${API_KEY}` }) }),
      "missing zone": () => ({ zone: { name: fqdn("gone.example"), id: "gone.example.", servers: [] } }),
      "rate limit": standing({ status: 429 }),
      "server error": standing({ status: 502, body: "<h1>Bad gateway</h1>" }),
      "cut connection": standing("cut"),
    },
    workers: { module: __filename, settings: { url: server.url } satisfies OpenedApi },
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}

export async function patch(server: PowerdnsServer, rrsets: readonly unknown[]): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/servers/localhost/zones/${ZONE}.`, {
    method: "PATCH",
    headers: { "X-API-Key": API_KEY, "Content-Type": "application/json" },
    body: JSON.stringify({ rrsets }),
  });
  if (response.status !== 204) throw new Error(`PATCH: ${response.status} ${await response.text()}`);
}

export async function openRealPowerdns(context: Mocha.Context): Promise<PowerdnsHost> {
  for (const program of ["pdns_server", "pdnsutil", "sqlite3", "dig"]) requireProgram(context, program);
  return openPowerdnsHost(await startPowerdns(serverOptions));
}
