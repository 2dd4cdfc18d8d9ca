import assert from "node:assert/strict";
import { silentLog } from "../../provider/core/ctx";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openGoogleDns } from "../../provider/dns/google-dns/google-dns";
import { openHastyClock } from "../support/hasty-clock";
import { type Hostility, openHostileServer, type Reply, type Seen } from "../support/hostile/answers";
import { endsInTime, type HostSuite, reachTheApi, sayNothing } from "../support/hostile/host-suite";

const NAME = fqdn("_amazonses.example.com");
const ZONE = { name: fqdn("example.com"), id: "a-project/a-zone", servers: [] };
const value = (text: string) => ({ type: "TXT" as const, name: NAME, text, ttl: 300 });
const json = (body: object, status = 200): Reply => ({ status, body: JSON.stringify(body) });

const zone = { kind: "dns#managedZone", id: "123", name: "a-zone", dnsName: "example.com.", visibility: "public" };
const set = { kind: "dns#resourceRecordSet", name: `${NAME}.`, type: "TXT", ttl: 300, rrdatas: ['"token"'] };
const list = (rrsets: readonly object[], more: object = {}) =>
  json({ kind: "dns#resourceRecordSetsListResponse", rrsets, ...more });
const change = (status: string) => json({ kind: "dns#change", id: "7", status });

/** What Cloud DNS says where all is well: the zone is there, and has the one value. */
const WELL: Readonly<Record<string, (seen: Seen) => Reply>> = {
  "list zones": ({ path }) =>
    json({
      kind: "dns#managedZonesListResponse",
      ...(path.endsWith("=example.com.") && { managedZones: [zone] }),
    }),
  "get zone": () => json(zone),
  "list sets": () => list([set]),
  create: () => change("pending"),
  "get change": () => change("done"),
};

function actionOf({ method, path }: Seen): string {
  if (method !== "GET") return "create";
  if (path.includes("/rrsets")) return "list sets";
  if (path.includes("/changes/")) return "get change";
  return path.includes("/managedZones?") ? "list zones" : "get zone";
}

async function open(hostility: Hostility, action: string, withinMs = 200) {
  const server = await openHostileServer(hostility, (seen) => {
    const asked = actionOf(seen);
    return asked === action ? undefined : WELL[asked]?.(seen);
  });
  return { server, ...backendAt(server.url, withinMs) };
}

function backendAt(url: string, withinMs = 200) {
  const config: Readonly<Record<string, string>> = {
    "gcp:accessToken": "not-a-token",
    "gcp:project": "a-project",
    "gcp:dnsCustomEndpoint": url,
  };
  const settings = { get: (key: string) => config[key], env: {} };
  const control = new AbortController();
  const ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
  const backend = (zoneId?: string): DnsBackend => openGoogleDns({ zone: zoneId }, settings, undefined, { withinMs });
  return { backend, control, ctx };
}
type Opened = Awaited<ReturnType<typeof open>>;

const CASES: Readonly<Record<string, readonly [action: string, run: (opened: Opened) => Promise<unknown>]>> = {
  "zone by name": ["list zones", ({ backend, ctx }) => backend().findZone(NAME, ctx)],
  "zone by its own name": ["get zone", ({ backend, ctx }) => backend("a-zone").findZone(NAME, ctx)],
  list: ["list sets", ({ backend, ctx }) => backend().list(ZONE, { name: NAME, type: "TXT" }, ctx)],
  "list names": ["list sets", ({ backend, ctx }) => backend().listNames(ZONE, [NAME], ctx)],
  "add, before": ["list sets", ({ backend, ctx }) => backend().add(ZONE, [value("other")], ctx)],
  add: ["create", ({ backend, ctx }) => backend().add(ZONE, [value("other")], ctx)],
  "add, waiting": ["get change", ({ backend, ctx }) => backend().add(ZONE, [value("other")], ctx)],
  "remove, before": ["list sets", ({ backend, ctx }) => backend().remove(ZONE, [value("token")], ctx)],
  remove: ["create", ({ backend, ctx }) => backend().remove(ZONE, [value("token")], ctx)],
};

const SUITE: HostSuite<Opened> = { open, cases: CASES, secret: /not-a-token/ };

describe("answers that are not Google's", function () {
  this.timeout(60_000);
  sayNothing(SUITE);

  it("does not take a removal for done while the value stays", async () => {
    const { server, backend, ctx } = await open("HTML", "none");
    await assert.rejects(backend().remove(ZONE, [value("token")], ctx), { code: "host-unavailable", retryable: true });
    assert.equal(server.seen.filter((each) => actionOf(each) === "create").length, 1);
    await server.close();
  });

  it("ends a list whose token repeats, and one that has no end", async () => {
    let count = 0;
    const another = () => {
      count += 1;
      return `page ${count}`;
    };
    for (const next of [() => "again", another]) {
      const server = await openHostileServer("HTML", (seen) =>
        actionOf(seen) === "list zones"
          ? json({ kind: "dns#managedZonesListResponse", nextPageToken: next() })
          : list([set], { nextPageToken: next() }),
      );
      const { backend, ctx } = backendAt(server.url);
      await assert.rejects(backend().list(ZONE, { name: NAME, type: "TXT" }, ctx), { code: "host-unavailable" });
      await assert.rejects(backend().findZone(NAME, ctx), { code: "host-unavailable" });
      await server.close();
    }
  });

  it("takes no zone that was not asked for, and no id that leads to another path", async () => {
    const server = await openHostileServer("HTML", (seen) => {
      if (actionOf(seen) === "list zones")
        return json({ kind: "dns#managedZonesListResponse", managedZones: [{ ...zone, dnsName: "other.example." }] });
      return actionOf(seen) === "get zone" ? json({ ...zone, name: "another" }) : undefined;
    });
    const { backend, ctx } = backendAt(server.url);
    await assert.rejects(backend().findZone(NAME, ctx), { code: "host-unavailable" });
    await assert.rejects(backend("a-zone").findZone(NAME, ctx), { code: "host-unavailable" });
    await assert.rejects(backend("..").findZone(NAME, ctx), { code: "host-refused" });
    await assert.rejects(backend("a-zone/rrsets").findZone(NAME, ctx), { code: "host-refused" });
    assert.ok(server.seen.every(({ path }) => path.startsWith("/projects/a-project/managedZones")));
    await server.close();
  });

  for (const [what, reply] of Object.entries({
    "a set without values": list([{ ...set, rrdatas: undefined }]),
    "a set without a TTL": list([{ ...set, ttl: undefined }]),
    "sets that are no list": json({ kind: "dns#resourceRecordSetsListResponse", rrsets: {} }),
    "another kind of answer": json({ kind: "dns#changesListResponse" }),
  })) {
    it(`is not taken for a list: ${what}`, async () => {
      const server = await openHostileServer("HTML", () => reply);
      const { backend, ctx } = backendAt(server.url);
      await assert.rejects(backend().list(ZONE, { name: NAME, type: "TXT" }, ctx), {
        code: "host-unavailable",
        retryable: true,
      });
      await server.close();
    });
  }

  endsInTime(SUITE);

  reachTheApi(
    (url) => {
      const { backend, ctx } = backendAt(url);
      return backend().findZone(NAME, ctx);
    },
    { https: "https://dns.example.com/dns/v1" },
  );
});
