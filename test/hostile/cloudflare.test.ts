import assert from "node:assert/strict";
import { silentLog } from "../../provider/core/ctx";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openCloudflare } from "../../provider/dns/cloudflare/cloudflare";
import { openHastyClock } from "../support/hasty-clock";
import { type Hostility, openHostileServer, type Reply, type Seen } from "../support/hostile/answers";
import { endsInTime, type HostSuite, reachTheApi, sayNothing } from "../support/hostile/host-suite";

const ID = "0123456789abcdef0123456789abcdef";
const NAME = fqdn("_amazonses.example.com");
const ZONE = { name: fqdn("example.com"), id: ID, servers: [] };
const value = (text: string) => ({ type: "TXT" as const, name: NAME, text: text, ttl: 300 });

const envelope = (result: unknown, more: object = {}): Reply => ({
  body: JSON.stringify({ success: true, errors: [], messages: [], result, ...more }),
});
const zone = { id: ID, name: "example.com", status: "active", type: "full", name_servers: ["ns1.example.net"] };
const record = { id: "r1", name: NAME, type: "TXT", content: '"token"', ttl: 300 };

/** What Cloudflare says where all is well: the zone is there, and has the one value. */
const WELL: Readonly<Record<string, Reply>> = {
  "list zones": envelope([zone], { result_info: { page: 1, per_page: 50 } }),
  "get zone": envelope(zone),
  "list records": envelope([record], { result_info: { page: 1, per_page: 100 } }),
  create: envelope({ ...record, id: "r2", content: '"other"' }),
  delete: envelope({ id: "r1" }),
};

function actionOf({ method, path }: Seen): string {
  if (method !== "GET") return method === "POST" ? "create" : "delete";
  if (path.includes("/dns_records")) return "list records";
  return path.startsWith("/zones?") ? "list zones" : "get zone";
}

async function open(hostility: Hostility, action: string, withinMs = 200) {
  const server = await openHostileServer(hostility, (seen) => {
    const asked = actionOf(seen);
    return asked === action ? undefined : WELL[asked];
  });
  return { server, ...backendAt(server.url, withinMs) };
}

function backendAt(url: string, withinMs = 200) {
  const config: Readonly<Record<string, string>> = { "cloudflare:apiToken": "not-a-token", "cloudflare:baseUrl": url };
  const settings = { get: (key: string) => config[key], env: {} };
  const control = new AbortController();
  const ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
  const backend = (zoneId?: string): DnsBackend =>
    openCloudflare({ zoneId }, settings, () => import("cloudflare"), { withinMs });
  return { backend, control, ctx };
}
type Opened = Awaited<ReturnType<typeof open>>;

const CASES: Readonly<Record<string, readonly [action: string, run: (opened: Opened) => Promise<unknown>]>> = {
  "zone by name": ["list zones", ({ backend, ctx }) => backend().findZone(NAME, ctx)],
  "zone by id": ["get zone", ({ backend, ctx }) => backend(ID).findZone(NAME, ctx)],
  list: ["list records", ({ backend, ctx }) => backend().list(ZONE, { name: NAME, type: "TXT" }, ctx)],
  "list names": ["list records", ({ backend, ctx }) => backend().listNames(ZONE, [NAME], ctx)],
  "add, before": ["list records", ({ backend, ctx }) => backend().add(ZONE, [value("other")], ctx)],
  add: ["create", ({ backend, ctx }) => backend().add(ZONE, [value("other")], ctx)],
  "remove, before": ["list records", ({ backend, ctx }) => backend().remove(ZONE, [value("token")], ctx)],
  remove: ["delete", ({ backend, ctx }) => backend().remove(ZONE, [value("token")], ctx)],
};

const SUITE: HostSuite<Opened> = { open, cases: CASES, secret: /not-a-token/ };

describe("answers that are not Cloudflare's", function () {
  this.timeout(60_000);
  sayNothing(SUITE);

  it("does not take a removal for done while the record stays", async () => {
    const { server, backend, ctx } = await open("HTML", "none");
    await assert.rejects(backend().remove(ZONE, [value("token")], ctx), { code: "host-unavailable", retryable: true });
    assert.equal(server.seen.filter((each) => actionOf(each) === "delete").length, 1);
    await server.close();
  });

  it("ends a list that does not end, and takes no id that leads to another path", async () => {
    const full = Array.from({ length: 100 }, (_, at) => ({ ...record, id: `r${at}` }));
    const server = await openHostileServer("HTML", (seen) => {
      if (actionOf(seen) === "list zones") return envelope([{ ...zone, id: "../accounts" }]);
      return envelope(full, { result_info: { per_page: 100 } });
    });
    const { backend, ctx } = backendAt(server.url);
    await assert.rejects(backend().list(ZONE, { name: NAME, type: "TXT" }, ctx), { code: "host-unavailable" });
    await assert.rejects(backend().findZone(NAME, ctx), { code: "host-unavailable" });
    await assert.rejects(backend("..").findZone(NAME, ctx), { code: "host-refused" });
    await assert.rejects(backend(`${ID}/dns_records`).findZone(NAME, ctx), { code: "host-refused" });
    assert.ok(server.seen.every(({ path }) => path.startsWith("/zones")));
    await server.close();
  });

  endsInTime(SUITE);

  reachTheApi(
    (url) => {
      const { backend, ctx } = backendAt(url);
      return backend().findZone(NAME, ctx);
    },
    { https: "https://api.example.com/client/v4" },
  );
});
