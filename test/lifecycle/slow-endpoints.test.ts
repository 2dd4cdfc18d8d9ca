import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openEmulator } from "../../emulator";
import { systemClock } from "../../provider/core/clock";
import { type Ctx, silentLog } from "../../provider/core/ctx";
import { SesDomainError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openCloudflare } from "../../provider/dns/cloudflare/cloudflare";
import { openPowerdns } from "../../provider/dns/powerdns/powerdns";
import type { Clients } from "../../provider/lifecycle/observation/clients";
import { openPreviewBudget } from "../../provider/lifecycle/observation/preview-budget";
import { previewClients } from "../../provider/lifecycle/observation/preview-clients";
import { openClients } from "../../provider/pulumi/clients";
import { awsConfig } from "../support/aws/cloud";
import { DOMAIN } from "../support/emulator/domain";

/** What a preview waits for an endpoint that is silent: less than each of these calls takes in all. */
const SILENCE_MS = 1_000;
const STEP_MS = 300;
const NAME = fqdn("_amazonses.a.b.c.example.com");
const ctx: Ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };
const settings = { get: () => undefined, env: { PDNS_API_KEY: "not-a-real-api-key" } };
const pause = () => new Promise((resolve) => setTimeout(resolve, STEP_MS));

describe("a preview with an endpoint that is slow but answers", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  async function listen(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  /** As a preview calls it. */
  function bound(backend: DnsBackend): DnsBackend {
    const world = { backend: () => backend } as unknown as Clients;
    return previewClients(world, openPreviewBudget({ silenceMs: SILENCE_MS })).clients.backend({ kind: "powerdns" });
  }
  const longerThanSilence = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const done = await work();
    assert.ok(performance.now() - startedMs > SILENCE_MS);
    return done;
  };

  it("waits for the answers of PowerDNS, one after another", async () => {
    const url = await listen(async ({ url: path = "" }, response) => {
      await pause();
      response.setHeader("content-type", "application/json");
      const zone = { id: "example.com.", name: "example.com.", kind: "Native", rrsets: [] };
      const lists = path.includes("/zones?");
      response.end(JSON.stringify(lists ? (path.includes("zone=example.com.") ? [zone] : []) : zone));
    });
    const host = bound(openPowerdns({ kind: "powerdns", url }, settings));
    assert.equal((await longerThanSilence(() => host.findZone(NAME, ctx))).name, "example.com");
  });

  it("waits for a long zone that PowerDNS is still sending", async () => {
    const set = JSON.stringify({ name: "h.example.com.", type: "A", ttl: 60, records: [{ content: "192.0.2.1" }] });
    const part = `,${set}`.repeat(2_000);
    const url = await listen(async (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.write(`{"kind":"Native","name":"example.com.","rrsets":[${set}`);
      for (let sent = 0; sent < 6; sent += 1) {
        response.write(part);
        await pause();
      }
      response.end("]}");
    });
    const host = bound(openPowerdns({ kind: "powerdns", url }, settings));
    const zone = { name: fqdn("example.com"), id: "example.com.", servers: [] };
    assert.deepEqual(await longerThanSilence(() => host.list(zone, { name: NAME, type: "TXT" }, ctx)), []);
  });

  it("waits for the answers of Cloudflare, and while it says that too many ask", async () => {
    let asked = 0;
    const url = await listen(async (_request, response) => {
      asked += 1;
      await pause();
      response.setHeader("content-type", "application/json");
      if (asked < 6)
        response.writeHead(429).end('{"success":false,"errors":[{"code":10429,"message":"Rate limited"}]}');
      else response.end('{"success":true,"errors":[],"messages":[],"result":[],"result_info":{"total_pages":1}}');
    });
    const env = { CLOUDFLARE_API_TOKEN: "not-a-real-token", CLOUDFLARE_BASE_URL: `${url}/client/v4` };
    const hasty: Ctx = { ...ctx, clock: { now: () => 0, sleep: () => Promise.resolve() } };
    // Loading the SDK takes its own time.
    await import("cloudflare");
    const host = bound(openCloudflare({}, { ...settings, env }));
    const error = await longerThanSilence(() => host.findZone(NAME, hasty).catch((reason: unknown) => reason));
    assert.ok(error instanceof SesDomainError);
    assert.equal(error.code, "zone-missing", error.message);
  });

  it("says that SES throttles, and does not say that it gave no answer", async () => {
    const emulator = await openEmulator();
    try {
      emulator.faults.http({ service: "ses" }, { kind: "throttle" });
      const given = awsConfig(emulator.cloud);
      const { clients: world } = openClients((key) => given[key], {});
      const budget = openPreviewBudget({ silenceMs: SILENCE_MS, busyMs: 3 * SILENCE_MS });
      const ses = previewClients(world, budget).clients.ses({ name: undefined, region: "us-east-1" });
      await ses.account(ctx);
      const error = await longerThanSilence(() => ses.status(DOMAIN, ctx).catch((reason: unknown) => reason));
      assert.ok(error instanceof SesDomainError);
      assert.match(error.message, /Throttling/);
    } finally {
      await emulator.close();
    }
  });
});
