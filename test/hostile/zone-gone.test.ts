import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { silentLog } from "../../provider/core/ctx";
import { DnsHostError, isZoneGone } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openCloudflare } from "../../provider/dns/cloudflare/cloudflare";
import { openGoogleDns } from "../../provider/dns/google-dns/google-dns";
import { openPowerdns } from "../../provider/dns/powerdns/powerdns";
import { openRfc2136 } from "../../provider/dns/rfc2136/rfc2136";
import { refreshDomain } from "../../provider/lifecycle/domain/refresh";
import type { DomainState } from "../../provider/lifecycle/domain/state";
import type { Clients } from "../../provider/lifecycle/observation/clients";
import { withdraw } from "../../provider/lifecycle/records/records";
import { openHastyClock } from "../support/hasty-clock";
import { openHostileServer, type Reply, type Seen } from "../support/hostile/answers";
import { txtFor } from "../support/lifecycle/required";

const ID = "0123456789abcdef0123456789abcdef";
const NAME = fqdn("_amazonses.example.com");
const VALUE = txtFor("us-east-1", NAME, "token");
const BOUNDS = { withinMs: 2_000 };

const ctx = { clock: openHastyClock(Date.now()), log: silentLog, signal: new AbortController().signal };
const json = (body: unknown, status = 200): Reply => ({ status, body: JSON.stringify(body) });
const cloudflareFault = (status: number, code: number) =>
  json({ success: false, errors: [{ code, message: "No route for that URI" }], messages: [], result: null }, status);
const cloudflareList = (...zones: readonly object[]) =>
  json({ success: true, errors: [], messages: [], result: zones, result_info: { page: 1, per_page: 50 } });
const cloudflareZone = (id: string, name = "example.com") => ({ id, name, status: "active", type: "full" });
const isList = ({ path }: Seen) => path.includes("/zones?");

function cloudflare(zoneId?: string) {
  return (url: string): DnsBackend => {
    const config: Record<string, string> = { "cloudflare:apiToken": "not-a-token", "cloudflare:baseUrl": url };
    const settings = { get: (key: string) => config[key], env: {} };
    return openCloudflare({ zoneId }, settings, () => import("cloudflare"), BOUNDS);
  };
}
const powerdns = (url: string): DnsBackend =>
  openPowerdns({ kind: "powerdns", url }, { get: () => undefined, env: { PDNS_API_KEY: "not-a-key" } }, BOUNDS);

function google(zone?: string) {
  return (url: string): DnsBackend => {
    const config: Record<string, string> = {
      "gcp:accessToken": "not-a-token",
      "gcp:project": "a-project",
      "gcp:dnsCustomEndpoint": url,
    };
    return openGoogleDns({ zone }, { get: (key) => config[key], env: {} }, undefined, BOUNDS);
  };
}
const googleFault = (message: string, code = 404) =>
  json({ error: { code, message, errors: [{ message, domain: "global", reason: "notFound" }] } }, code);
const googleList = (...managedZones: readonly object[]) =>
  json({ kind: "dns#managedZonesListResponse", ...(managedZones.length > 0 && { managedZones }) });
const googleZone = { id: "1", name: "a-zone", dnsName: "example.com.", visibility: "public" };
const noGoogleZone = googleFault("The 'parameters.managedZone' resource named 'a-zone' does not exist.");
const noGoogleProject = googleFault("The 'parameters.project' resource named 'a-project' does not exist.");
const isGoogleList = ({ path }: Seen) => path.includes("/managedZones?");

type Case = readonly [open: (url: string) => DnsBackend, reply: (seen: Seen) => Reply];

/** Nothing in these says that the zone is gone. */
const NOT_SAID: Readonly<Record<string, Case>> = {
  "Cloudflare: no route to the list of zones (7000)": [cloudflare(), () => cloudflareFault(400, 7000)],
  "Cloudflare: the same with 404": [cloudflare(), () => cloudflareFault(404, 7000)],
  "Cloudflare: the list of zones is an unknown zone": [cloudflare(), () => cloudflareFault(404, 7003)],
  "Cloudflare: 404 with a code of its own, by the zone's id": [cloudflare(ID), () => cloudflareFault(404, 1234)],
  "Cloudflare: no such zone by its id, and no list": [cloudflare(ID), () => cloudflareFault(404, 1001)],
  "Cloudflare: no such zone by its id, which the list has": [
    cloudflare(ID),
    (seen) => (isList(seen) ? cloudflareList(cloudflareZone(ID)) : cloudflareFault(404, 1001)),
  ],
  "Cloudflare: a list of zones of other names": [
    cloudflare(),
    () => cloudflareList(cloudflareZone(ID, "other.example")),
  ],
  "Google: no such project": [google(), () => noGoogleProject],
  "Google: a 404 without the API's form": [google("a-zone"), () => json({ error: "Not Found" }, 404)],
  "Google: no such zone, and no list": [google("a-zone"), () => noGoogleZone],
  "Google: no such zone, which the list has": [
    google("a-zone"),
    ({ path }) =>
      path.endsWith("=example.com.")
        ? googleList(googleZone)
        : path.includes("/managedZones?")
          ? googleList()
          : noGoogleZone,
  ],
  "Google: a list of zones of other names": [google(), () => googleList({ ...googleZone, dnsName: "other.example." })],
  "PowerDNS: a gateway's 404 for the zone, which the list has": [
    powerdns,
    (seen) => {
      if (seen.path.includes("zones?zone=example.com.")) return json([{ id: "example.com.", name: "example.com." }]);
      return isList(seen) ? json([]) : json({ error: "Not Found" }, 404);
    },
  ],
  "PowerDNS: a gateway's 404 for all": [powerdns, () => json({ error: "Not Found" }, 404)],
};

const SAID: Readonly<Record<string, Case>> = {
  "Cloudflare: an empty list": [cloudflare(), () => cloudflareList()],
  "Cloudflare: no such zone by its id, and an empty list": [
    cloudflare(ID),
    (seen) => (isList(seen) ? cloudflareList() : cloudflareFault(404, 1001)),
  ],
  "Google: an empty list": [google(), () => googleList()],
  "Google: no such zone, and an empty list": [
    google("a-zone"),
    (seen) => (isGoogleList(seen) ? googleList() : noGoogleZone),
  ],
  "PowerDNS: an empty list": [powerdns, () => json([])],
};

function stateOf(): DomainState {
  return {
    domain: fqdn("example.com"),
    identities: [],
    dns: [{ kind: "powerdns" }],
    leaving: [],
    verifications: [],
    requirements: [txtFor("us-east-1", NAME, "token")],
    verified: true,
    verifiedAt: "2026-01-01T00:00:00.000Z",
  } as unknown as DomainState;
}

const worldWith = (host: DnsBackend): Clients => ({
  ses: () => assert.fail("SES is not asked"),
  authority: () => assert.fail("DNS is not asked"),
  backend: () => host,
});

async function holdsThatNothingIsSaid(host: DnsBackend): Promise<void> {
  await assert.rejects(withdraw([host], [VALUE], ctx), (error) => {
    assert.ok(error instanceof DnsHostError && !isZoneGone(error), String(error));
    return true;
  });
  const read = await refreshDomain(stateOf(), worldWith(host), ctx);
  assert.equal(read?.verified, true);
}

describe("whether a zone is gone", function () {
  this.timeout(60_000);
  for (const [what, [open, reply]] of Object.entries(NOT_SAID)) {
    it(`is not known, so the state is kept: ${what}`, async () => {
      const server = await openHostileServer("HTML", reply);
      await holdsThatNothingIsSaid(open(server.url));
      await server.close();
    });
  }
  for (const [what, [open, reply]] of Object.entries(SAID)) {
    it(`is said, so nothing is left to remove: ${what}`, async () => {
      const server = await openHostileServer("HTML", reply);
      await withdraw([open(server.url)], [VALUE], ctx);
      assert.equal((await refreshDomain(stateOf(), worldWith(open(server.url)), ctx))?.verified, false);
      await server.close();
    });
  }

  it("is said by PowerDNS where its list lacks the zone that was there a moment ago", async () => {
    let there = true;
    const server = await openHostileServer("HTML", (seen) => {
      if (isList(seen))
        return json(there && seen.path.includes("=example.com.") ? [{ id: "example.com.", name: "example.com." }] : []);
      return there ? json({ name: "example.com.", kind: "Native", rrsets: [] }) : json({ error: "Not Found" }, 404);
    });
    const host = powerdns(server.url);
    const zone = await host.findZone(NAME, ctx);
    there = false;
    await assert.rejects(host.list(zone, { name: NAME, type: "TXT" }, ctx), isZoneGone);
    await server.close();
  });

  for (const [rcode, name] of [
    [5, "REFUSED"],
    [9, "NOTAUTH"],
    [10, "NOTZONE"],
  ] as const) {
    it(`is not known, so the state is kept: RFC 2136, an unsigned ${name}`, async () => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", (query) => {
          const reply = Buffer.alloc(14);
          reply.writeUInt16BE(12, 0);
          query.copy(reply, 2, 2, 4);
          reply.writeUInt16BE(0x8000 | rcode, 4);
          socket.end(reply);
        });
      });
      server.listen(0, "127.0.0.1");
      server.unref();
      await once(server, "listening");
      const env = {
        RFC2136_NAMESERVER: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        RFC2136_TSIG_KEY: "key",
        RFC2136_TSIG_SECRET: Buffer.from("not-a-real-secret").toString("base64"),
      };
      await holdsThatNothingIsSaid(openRfc2136({ kind: "rfc2136" }, { get: () => undefined, env }, 2_000));
      await new Promise((resolve) => server.close(resolve));
    });
  }
});
