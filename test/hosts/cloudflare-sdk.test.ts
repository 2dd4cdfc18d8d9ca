import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { type Ctx, silentLog } from "../../provider/core/ctx";
import { DnsHostError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import { openCloudflare } from "../../provider/dns/cloudflare/cloudflare";
import { openHastyClock } from "../support/hasty-clock";

const name = fqdn("_amazonses.ses-example.com");
const ctx = (): Ctx => ({ clock: openHastyClock(), log: silentLog, signal: new AbortController().signal });
const settings = { get: () => "not-a-token", env: {} };

describe("Cloudflare's SDK", () => {
  it("that is not installed is an error that says how to install it", async () => {
    for (const code of ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]) {
      const load = async () => {
        throw Object.assign(new Error("Cannot find package 'cloudflare'"), { code });
      };
      const config = { get: (key: string) => (key === "cloudflare:apiToken" ? "not-a-token" : undefined), env: {} };
      await assert.rejects(openCloudflare({}, config, load).findZone(name, ctx()), (error) => {
        assert.ok(error instanceof DnsHostError);
        assert.match(error.message, /"cloudflare" is not installed/);
        assert.match(error.hint ?? "", /npm install cloudflare/);
        return true;
      });
    }
  });

  it("is not loaded before the first request", () => {
    openCloudflare({}, settings, async () => assert.fail("loaded"));
  });

  it("takes nothing from the environment that it was not told, and writes nothing to the console", async () => {
    const seen: string[] = [];
    const server = createServer((incoming, outgoing) => {
      seen.push(inspect(incoming.headers));
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ success: true, errors: [], messages: [], result: [], result_info: {} }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = { ...process.env };
    const printed: unknown[] = [];
    const print = {
      log: console.log,
      error: console.error,
      warn: console.warn,
      debug: console.debug,
      info: console.info,
    };
    try {
      Object.assign(process.env, {
        CLOUDFLARE_API_KEY: "not-a-key",
        CLOUDFLARE_EMAIL: "nobody@example.com",
        CLOUDFLARE_API_USER_SERVICE_KEY: "v1.0-not-a-key",
        CLOUDFLARE_LOG: "debug",
      });
      for (const method of Object.keys(print))
        Object.assign(console, { [method]: (text: unknown) => printed.push(text) });
      const config: Readonly<Record<string, string>> = {
        "cloudflare:apiToken": "not-a-token",
        "cloudflare:baseUrl": baseUrl,
      };
      const backend = openCloudflare({}, { get: (key) => config[key], env: {} });
      await assert.rejects(backend.findZone(name, ctx()), { code: "zone-missing" });
    } finally {
      Object.assign(console, print);
      for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    assert.ok(seen.length > 0 && seen.every((headers) => headers.includes("Bearer not-a-token")));
    assert.ok(
      seen.every((headers) => !/not-a-key|nobody@/.test(headers)),
      seen[0],
    );
    assert.deepEqual(printed, []);
  });

  it("lets an answer that is not JSON, or that breaks off, be tried again and then named", async () => {
    for (const broken of ["<html>", '{"success": true, "result": [']) {
      let asked = 0;
      const server = createServer((_incoming, outgoing) => {
        asked += 1;
        outgoing.writeHead(200, { "content-type": "application/json", "content-length": "400" });
        outgoing.write(broken, () => outgoing.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const config: Readonly<Record<string, string>> = {
        "cloudflare:apiToken": "not-a-token",
        "cloudflare:baseUrl": `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      };
      try {
        const backend = openCloudflare({}, { get: (key) => config[key], env: {} });
        await assert.rejects(backend.findZone(name, ctx()), { code: "host-unavailable", retryable: true });
        assert.equal(asked, 6);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    }
  });
});
