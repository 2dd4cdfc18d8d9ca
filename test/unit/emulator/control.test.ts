import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { type Control, openControl } from "../../../emulator/control";
import { openGround } from "../../../emulator/open-ground";
import { fqdn } from "../../../provider/core/fqdn";

async function call(url: string, method: string, path: string, body?: object) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the emulator's control endpoint", () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let control: Control;
  before(async () => {
    ground = await openGround({ clock: { mode: "manual", start: 0 } });
    control = await openControl(ground);
  });
  after(async () => {
    await control.close();
    await ground.close();
  });
  const to = (method: string, path: string, body?: object) => call(control.url, method, path, body);

  it("adds zones, puts and deletes record sets", async () => {
    const made = await to("POST", "/zones", {
      name: "example.com",
      sets: [{ name: "example.com", type: "TXT", values: ['"v=spf1 -all"'] }],
    });
    assert.equal(made.status, 200);
    const name = fqdn("_amazonses.example.com");
    const key = { zone: "example.com", name, type: "TXT" };
    assert.equal((await to("POST", "/records", { ...key, ttl: 60, values: ['"token"'] })).status, 200);
    assert.equal((await ground.resolve(name, "TXT")).records[0]?.ttl, 60);
    assert.equal((await ground.resolve(fqdn("example.com"), "TXT")).records[0]?.ttl, 300);
    await to("DELETE", "/records", key);
    assert.equal((await ground.resolve(name, "TXT")).rcode, "NXDOMAIN");
    const { zones } = (await to("GET", "/")).body as { zones: { name: string }[] };
    assert.deepEqual(
      zones.map((zone) => zone.name),
      ["example.com"],
    );
    await to("DELETE", "/zones", { zone: "example.com" });
    assert.equal((await ground.resolve(fqdn("example.com"), "TXT")).rcode, "NXDOMAIN");
  });

  it("turns the clock", async () => {
    assert.deepEqual((await to("POST", "/clock", { advanceMs: 3_600_000 })).body, { now: "1970-01-01T01:00:00.000Z" });
    assert.equal(ground.clock.now(), 3_600_000);
  });

  it("switches faults on and off, and reads the counters", async () => {
    const lame = async () => (await ground.resolve(fqdn("com"), "NS")).rcode === "SERVFAIL";
    const { body } = await to("POST", "/faults/dns", { target: "*", fault: { lame: "REFUSED" } });
    assert.equal(await lame(), true);
    await to("DELETE", "/faults", { id: body.id });
    assert.equal(await lame(), false);
    await to("POST", "/faults/http", { match: { service: "ses" }, fault: { kind: "throttle", times: 1 } });
    await to("DELETE", "/faults", {});
    assert.equal(ground.faults.takeHttp({ service: "ses", action: "ListIdentities" }), undefined);
    await to("DELETE", "/counters");
    await ground.resolve(fqdn("com"), "NS");
    const { counts } = (await to("GET", "/")).body as { counts: { dns: Record<string, number> } };
    assert.equal(counts.dns["127.77.0.1"], 1);
  });

  it("refuses what it does not understand, and pages in browsers", async () => {
    assert.equal((await to("POST", "/clock", { advanceMs: -1 })).status, 400);
    assert.equal((await to("POST", "/clock", { advance: 1 })).status, 400);
    assert.equal(
      (await to("POST", "/records", { zone: "example.org", name: "example.org", type: "TXT", values: ["x"] })).status,
      400,
    );
    assert.equal((await to("GET", "/nothing")).status, 404);
    const form = await fetch(`${control.url}/clock`, { method: "POST", body: '{"advanceMs":1}' });
    assert.equal(form.status, 415);
    const rebound = request(control.url, { headers: { host: "evil.example" } }).end();
    const [response] = await once(rebound, "response");
    response.resume();
    assert.equal(response.statusCode, 403);
  });
});
