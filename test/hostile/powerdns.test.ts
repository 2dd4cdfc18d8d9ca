import assert from "node:assert/strict";
import { silentLog } from "../../provider/core/ctx";
import { fqdn } from "../../provider/core/fqdn";
import { plainWarning, readAccess } from "../../provider/dns/powerdns/access";
import { openPowerdns } from "../../provider/dns/powerdns/powerdns";
import { openHastyClock } from "../support/hasty-clock";
import { type Hostility, openHostileServer, type Reply, type Seen } from "../support/hostile/answers";
import { endsInTime, type HostSuite, sayNothing } from "../support/hostile/host-suite";
import { blameTheWay } from "../support/hostile/way-suite";

const KEY = "not-a-real-api-key";
const NAME = fqdn("_amazonses.example.com");
const ZONE = { name: fqdn("example.com"), id: "example.com.", servers: [] };
const value = (text: string) => ({ type: "TXT" as const, name: NAME, text: text, ttl: 300 });
const rrset = (name: string, type: string, content: string) => ({
  name,
  type,
  ttl: 300,
  records: [{ content, disabled: false }],
});
const zoneOf = (...rrsets: readonly object[]) => ({
  id: "example.com.",
  name: "example.com.",
  kind: "Native",
  dnssec: false,
  api_rectify: false,
  soa_edit_api: "DEFAULT",
  rrsets,
});
const json = (body: unknown): Reply => ({ body: JSON.stringify(body) });
const WELL: Readonly<Record<string, Reply>> = {
  version: json({ type: "Server", id: "localhost", version: "5.0.2" }),
  zones: json([{ id: "example.com.", name: "example.com." }]),
  zone: json(zoneOf(rrset(`${NAME}.`, "TXT", '"token"'), rrset("example.com.", "NS", "ns1.example.net."))),
  patch: { status: 204, body: "" },
};

function actionOf({ method, path }: Seen): string {
  if (method !== "GET") return "patch";
  if (path.includes("/zones?")) return "zones";
  return path.includes("/zones/") ? "zone" : "version";
}

async function open(hostility: Hostility, action: string, withinMs = 200) {
  const server = await openHostileServer(hostility, (seen) => {
    const asked = actionOf(seen);
    return asked === action ? undefined : WELL[asked];
  });
  return { server, ...backendAt(server.url, withinMs) };
}

function backendAt(url: string, withinMs = 200, serverId?: string) {
  const control = new AbortController();
  const dns = { kind: "powerdns", url, ...(serverId === undefined ? {} : { serverId }) } as const;
  const bounds = { withinMs, longestMs: withinMs * 4 };
  return {
    backend: openPowerdns(dns, { get: () => undefined, env: { PDNS_API_KEY: KEY } }, bounds),
    control,
    ctx: { clock: openHastyClock(), log: silentLog, signal: control.signal },
  };
}
type Opened = Awaited<ReturnType<typeof open>>;

const CASES: Readonly<Record<string, readonly [action: string, run: (opened: Opened) => Promise<unknown>]>> = {
  "zone by name": ["zones", ({ backend, ctx }) => backend.findZone(NAME, ctx)],
  "the zone's servers": ["zone", ({ backend, ctx }) => backend.findZone(NAME, ctx)],
  list: ["zone", ({ backend, ctx }) => backend.list(ZONE, { name: NAME, type: "TXT" }, ctx)],
  "list names": ["zone", ({ backend, ctx }) => backend.listNames(ZONE, [NAME], ctx)],
  "add, before": ["version", ({ backend, ctx }) => backend.add(ZONE, [value("other")], ctx)],
  add: ["patch", ({ backend, ctx }) => backend.add(ZONE, [value("other")], ctx)],
  "remove, before": ["zone", ({ backend, ctx }) => backend.remove(ZONE, [value("token")], ctx)],
  remove: ["patch", ({ backend, ctx }) => backend.remove(ZONE, [value("token")], ctx)],
};

const SUITE: HostSuite<Opened> = {
  open,
  cases: CASES,
  secret: /not-a-real/,
};

describe("answers that are not PowerDNS's", function () {
  this.timeout(60_000);
  sayNothing(SUITE);

  it("does not take another server's 404 for a zone that is gone", async () => {
    const server = await openHostileServer("HTML", () => ({ status: 404, body: '{"error":"Not Found"}' }));
    const { backend, ctx } = backendAt(server.url);
    await assert.rejects(backend.findZone(NAME, ctx), { code: "host-refused" });
    await assert.rejects(backend.list(ZONE, { name: NAME, type: "TXT" }, ctx), { code: "zone-missing" });
    await server.close();
  });

  it("reads a whole zone, however long, where a server knows no single sets", async () => {
    const filler = Array.from({ length: 60_000 }, (_, at) =>
      rrset(`n${at}.example.com.`, "TXT", `"${"x".repeat(300)}"`),
    );
    const body = JSON.stringify(zoneOf(...filler, rrset(`${NAME}.`, "TXT", '"token"')));
    assert.ok(body.length > 20e6);
    const server = await openHostileServer("HTML", () => ({ body }));
    const { backend, ctx } = backendAt(server.url, 20_000);
    assert.deepEqual(await backend.list(ZONE, { name: NAME, type: "TXT" }, ctx), [value("token")]);
    await server.close();
  });

  it("takes no id that leads to another path", async () => {
    const server = await openHostileServer("HTML", () => json([{ id: "..", name: "example.com." }]));
    const { backend, ctx } = backendAt(server.url);
    await assert.rejects(backend.findZone(NAME, ctx), { code: "host-unavailable" });
    await assert.rejects(backend.list({ ...ZONE, id: ".." }, { name: NAME, type: "TXT" }, ctx), {
      code: "host-refused",
    });
    for (const serverId of ["..", "a/b", ".", "a?b"]) {
      const other = backendAt(server.url, 200, serverId);
      await assert.rejects(other.backend.findZone(NAME, other.ctx), { code: "host-refused" });
    }
    assert.ok(server.seen.every(({ path }) => path.startsWith("/api/v1/servers/localhost/zones?")));
    await server.close();
  });

  it("warns where the key goes to another machine in the clear, and names the property", () => {
    const settings = { get: () => undefined, env: { PDNS_API_KEY: KEY, PDNS_API_URL: "http://192.0.2.1:8081" } };
    const warned = (dns: { readonly url?: string }) =>
      plainWarning({ kind: "powerdns", ...dns }, readAccess({ kind: "powerdns", ...dns }, settings));
    assert.match(warned({ url: "http://pdns.example.com:8081" }) ?? "", /dns\.url.*pdns\.example\.com/);
    assert.match(warned({}) ?? "", /PDNS_API_URL.*192\.0\.2\.1/);
    assert.ok(!`${warned({})}`.includes(KEY));
    for (const url of ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://pdns.example.com"]) {
      assert.equal(warned({ url }), undefined);
    }
  });

  endsInTime(SUITE);

  describe("an API that is not reached", () =>
    blameTheWay({
      call(url) {
        const { backend, ctx } = backendAt(url);
        return backend.findZone(NAME, ctx);
      },
      code: "host-unavailable",
    }));
});
