import assert from "node:assert/strict";
import type { Cloudflare } from "cloudflare" with { "resolution-mode": "import" };
import type { z } from "zod";
import { BASE_PATH, DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { idOf } from "../../emulator/http/cloudflare/zones";
import { fqdn } from "../../provider/core/fqdn";
import { ACCOUNT, type CloudflareCloud, openCloudflareCloud } from "../support/cloudflare/cloud";
import { collection, deleted, failure, record, single, zone as zoneShape } from "../support/cloudflare/shapes";
import { askUdp } from "../support/dns/client";

describe("the emulated Cloudflare", () => {
  let cloud: CloudflareCloud;
  let zoneId: string;
  beforeEach(async () => {
    cloud = await openCloudflareCloud();
    zoneId = idOf(cloud.ground.zones.add({ name: "ses-example.com" }));
    await cloud.ground.zones.settled();
  });
  afterEach(() => cloud.close());

  interface Asked {
    readonly method?: string;
    readonly token?: string | undefined;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  }

  /** Asks, holds the answer to its shape, and gives it back. */
  async function ask<T extends z.ZodType>(
    status: number,
    shape: T,
    path: string,
    asked: Asked = {},
  ): Promise<z.infer<T>> {
    const { method = "GET", token = DEFAULT_TOKEN, headers = { authorization: `Bearer ${token}` }, body } = asked;
    const reply = await fetch(cloud.baseUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    assert.equal(reply.status, status, text);
    assert.match(reply.headers.get("content-type") ?? "", /^application\/json/);
    return shape.parse(JSON.parse(text));
  }
  const records = () => `/zones/${zoneId}/dns_records`;
  const txt = (content: string, more: object = {}) => ({
    type: "TXT",
    name: "_amazonses.ses-example.com",
    content,
    ttl: 120,
    ...more,
  });
  const create = (body: object) => ask(200, single(record), records(), { method: "POST", body });
  const refused = async (status: number, code: number, path: string, asked: Asked = {}) => {
    const { errors } = await ask(status, failure, path, asked);
    assert.equal(errors[0]?.code, code);
    return errors[0];
  };

  it("lists zones by page and name, with their name servers", async () => {
    const other = cloud.ground.zones.add({ name: "other-example.com", delegated: false });
    cloud.ground.zones.add({ name: "private-example.com", private: true });
    cloud.ground.zones.add({ name: "foreign-example.com", account: "111111111111" });
    const all = await ask(200, collection(zoneShape), "/zones?order=name");
    assert.deepEqual(
      all.result.map(({ name, status }) => [name, status]),
      [
        ["other-example.com", "pending"],
        ["ses-example.com", "active"],
      ],
    );
    assert.deepEqual(all.result_info, { page: 1, per_page: 20, count: 2, total_count: 2, total_pages: 1 });
    const named = await ask(200, collection(zoneShape), "/zones?name=Other-example.com");
    assert.deepEqual(
      named.result.map(({ id, name_servers }) => [id, name_servers]),
      [[idOf(other), other.servers.map(({ name }) => name)]],
    );
    assert.deepEqual((await ask(200, collection(zoneShape), "/zones?name=example.com")).result, []);
    assert.equal((await ask(200, single(zoneShape), `/zones/${zoneId}`)).result.name, "ses-example.com");
    await refused(400, 1004, "/zones?per_page=51");
  });

  it("writes records that the name servers serve at once, and keeps what it was told", async () => {
    const made = (await create(txt('"token"', { comment: "ours" }))).result;
    assert.deepEqual([made.content, made.ttl, made.comment, made.proxiable], ['"token"', 120, "ours", false]);
    const [server] = cloud.ground.zones.named(fqdn("ses-example.com"))?.servers ?? [];
    const question = { address: server?.addresses[0] ?? "", port: cloud.ground.dns.port, name: made.name };
    const answer = await askUdp(question);
    assert.deepEqual(
      answer?.answers.map((each) => [each.ttl, each.type === "TXT" ? each.strings : []]),
      [[120, ["token"]]],
    );
    assert.deepEqual((await ask(200, single(record), `${records()}/${made.id}`)).result, made);
    const gone = await ask(200, single(deleted), `${records()}/${made.id}`, { method: "DELETE" });
    assert.equal(gone.result.id, made.id);
    await refused(404, 81_044, `${records()}/${made.id}`, { method: "DELETE" });
    assert.equal((await askUdp(question))?.answers.length, 0);
  });

  it("filters, orders and pages records", async () => {
    for (const content of ["c", "a", "b"]) await create(txt(`"${content}"`));
    await create({ type: "A", name: "www.ses-example.com", content: "192.0.2.1", ttl: 1, proxied: true });
    await create({ type: "MX", name: "@", content: "mail.ses-example.com", priority: 10, ttl: 300 });
    const list = async (query: string) => {
      const page = await ask(200, collection(record), `${records()}?${query}`);
      return page.result.map(({ content }) => content);
    };
    assert.deepEqual(await list("type=TXT&order=content"), ['"a"', '"b"', '"c"']);
    assert.deepEqual(await list("type=TXT&order=content&direction=desc&per_page=2&page=2"), ['"a"']);
    assert.deepEqual(await list("name.exact=_AMAZONSES.ses-example.com&content.contains=B"), ['"b"']);
    assert.deepEqual(await list("name.endswith=ses-example.com&type=A"), ["192.0.2.1"]);
    assert.deepEqual(await list("name=ses-example.com"), ["mail.ses-example.com"]);
    assert.deepEqual(await list("match=any&content=192.0.2.1&name.exact=ses-example.com&order=content"), [
      "192.0.2.1",
      "mail.ses-example.com",
    ]);
    assert.equal(
      cloud.ground.zones
        .view(cloud.ground.zones.list().find(({ name }) => name === "ses-example.com")?.id ?? "")
        .find({ name: fqdn("ses-example.com"), type: "MX" })?.values[0],
      "10 mail.ses-example.com",
    );
  });

  it("takes identical records once, whatever their quotes, and other letters as another value", async () => {
    await create(txt('"Token"'));
    await refused(400, 81_058, records(), { method: "POST", body: txt('"Token"') });
    await refused(400, 81_058, records(), { method: "POST", body: txt("Token", { ttl: 300 }) });
    await create(txt('"token"'));
  });

  it("splits long strings, and refuses quotes that do not pair", async () => {
    await create(txt(`"${"x".repeat(300)}"`));
    const [server] = cloud.ground.zones.named(fqdn("ses-example.com"))?.servers ?? [];
    const answer = await askUdp({
      address: server?.addresses[0] ?? "",
      port: cloud.ground.dns.port,
      name: "_amazonses.ses-example.com",
    });
    const [first] = answer?.answers ?? [];
    assert.deepEqual(first?.type === "TXT" ? first.strings.map(({ length }) => length) : [], [255, 45]);
    await refused(400, 9007, records(), { method: "POST", body: txt('"open') });
  });

  it("takes a name that does not end in the zone's as relative to it", async () => {
    assert.equal((await create(txt('"x"', { name: "_amazonses" }))).result.name, "_amazonses.ses-example.com");
    assert.equal(
      (await create(txt('"x"', { name: "ses-example.org" }))).result.name,
      "ses-example.org.ses-example.com",
    );
  });

  it("serves a set with the lowest TTL of its records, and keeps each one's", async () => {
    const name = fqdn("_amazonses.ses-example.com");
    await create(txt('"automatic"', { ttl: 1 }));
    const low = (await create(txt('"low"', { ttl: 60 }))).result;
    const served = () =>
      cloud.ground.zones.view(cloud.ground.zones.named(fqdn("ses-example.com"))?.id ?? "").find({ name, type: "TXT" })
        ?.ttl;
    assert.equal(served(), 60);
    const { result } = await ask(200, collection(record), records());
    assert.deepEqual(
      result.map(({ ttl }) => ttl),
      [1, 60],
    );
    await ask(200, single(deleted), `${records()}/${low.id}`, { method: "DELETE" });
    assert.equal(served(), 300);
    for (const ttl of [0, 20, 86_401, 1.5])
      await refused(400, 9021, records(), { method: "POST", body: txt('"x"', { ttl }) });
  });

  it("changes a record in place", async () => {
    const made = (await create(txt('"before"', { comment: "kept" }))).result;
    const patched = await ask(200, single(record), `${records()}/${made.id}`, {
      method: "PATCH",
      body: { content: '"after"' },
    });
    assert.deepEqual(
      [patched.result.id, patched.result.content, patched.result.comment, patched.result.ttl],
      [made.id, '"after"', "kept", 120],
    );
    const put = await ask(200, single(record), `${records()}/${made.id}`, { method: "PUT", body: txt('"put"') });
    assert.deepEqual([put.result.id, put.result.comment], [made.id, null]);
    await refused(400, 9021, `${records()}/${made.id}`, { method: "PUT", body: txt('"x"', { ttl: 2 }) });
    assert.equal((await ask(200, single(record), `${records()}/${made.id}`)).result.content, '"put"');
  });

  it("refuses a CNAME beside an address, an address beside a CNAME, and not TXT beside a CNAME", async () => {
    const at = { name: "www.ses-example.com", ttl: 300 };
    await create({ ...at, type: "CNAME", content: "elsewhere.example" });
    await refused(400, 81_054, records(), { method: "POST", body: { ...at, type: "A", content: "192.0.2.1" } });
    await refused(400, 81_053, records(), { method: "POST", body: { ...at, type: "CNAME", content: "b.example" } });
    await create({ ...at, type: "TXT", content: '"x"' });
  });

  it("knows whom it speaks to", async () => {
    const { tokens } = cloud.api;
    tokens.add({ token: "limited", account: ACCOUNT, zones: ["other-example.com"] });
    tokens.add({ token: "reader", account: ACCOUNT, permissions: ["zone:read", "dns:read"] });
    tokens.add({ token: "editor", account: ACCOUNT, permissions: ["dns:edit"] });
    await refused(400, 9106, "/zones", { headers: {} });
    assert.equal(
      (await refused(400, 6003, "/zones", { headers: { authorization: "Token x" } }))?.error_chain?.[0]?.code,
      6111,
    );
    assert.equal(
      (await refused(400, 6003, "/zones", { headers: { "x-auth-key": "x" } }))?.error_chain?.[0]?.code,
      6103,
    );
    await refused(403, 9109, "/zones", { token: "unknown" });
    await refused(403, 10_000, records(), { token: "unknown" });
    assert.deepEqual((await ask(200, collection(zoneShape), "/zones", { token: "limited" })).result, []);
    await refused(404, 1001, `/zones/${zoneId}`, { token: "limited" });
    await refused(403, 10_000, records(), { token: "reader", method: "POST", body: txt('"x"') });
    await ask(200, collection(record), records(), { token: "reader" });
    await ask(200, single(record), records(), { token: "editor", method: "POST", body: txt('"x"') });
    await refused(403, 9109, `/zones/${zoneId}`, { token: "editor" });
    tokens.revoke("editor");
    await refused(403, 10_000, records(), { token: "editor" });
    await refused(404, 7003, "/zones/ses-example.com/dns_records");
    await refused(404, 7003, "/accounts");
    await refused(400, 9207, records(), { method: "POST", body: "{" });
  });

  it("misbehaves in Cloudflare's words", async () => {
    const { faults } = cloud.ground;
    faults.http({ service: "cloudflare", action: "ListZones" }, { kind: "throttle", times: 1 });
    await refused(429, 971, "/zones");
    faults.http({ service: "cloudflare" }, { kind: "error", times: 1 });
    await refused(503, 10_000, "/zones");
    faults.http({ service: "cloudflare" }, { kind: "deny", times: 1 });
    await refused(403, 10_000, "/zones");
    faults.http({ service: "cloudflare" }, { kind: "cut-before", times: 1 });
    await assert.rejects(fetch(`${cloud.baseUrl}/zones`, { headers: { authorization: `Bearer ${DEFAULT_TOKEN}` } }));
    faults.http({ service: "cloudflare", action: "CreateRecord" }, { kind: "cut-after", times: 1 });
    const authorization = `Bearer ${DEFAULT_TOKEN}`;
    const body = JSON.stringify(txt('"x"'));
    await assert.rejects(fetch(cloud.baseUrl + records(), { method: "POST", headers: { authorization }, body }));
    await refused(400, 81_058, records(), { method: "POST", body: txt('"x"') });
  });

  it("refuses an account for five minutes that asks more than its limit", async () => {
    await cloud.close();
    cloud = await openCloudflareCloud({ limit: 3 });
    for (let at = 0; at < 3; at += 1) await ask(200, collection(zoneShape), "/zones");
    await refused(429, 971, "/zones");
    await cloud.ground.clock.advance(299_000);
    await refused(429, 971, "/zones");
    await cloud.ground.clock.advance(1_000);
    await ask(200, collection(zoneShape), "/zones");
  });

  it("is what the official SDK takes for Cloudflare", async () => {
    const { Cloudflare } = await import("cloudflare");
    const client: Cloudflare = new Cloudflare({ apiToken: DEFAULT_TOKEN, baseURL: cloud.baseUrl, maxRetries: 0 });
    const zones = [];
    for await (const zone of client.zones.list({ name: "ses-example.com" })) zones.push(zone.id);
    assert.deepEqual(zones, [zoneId]);
    for (let at = 0; at < 3; at += 1)
      await client.dns.records.create({
        zone_id: zoneId,
        type: "TXT",
        name: "x.ses-example.com",
        content: `"${at}"`,
        ttl: 1,
      });
    const contents: (string | undefined)[] = [];
    for await (const each of client.dns.records.list({ zone_id: zoneId, per_page: 2 })) contents.push(each.content);
    assert.deepEqual(contents, ['"0"', '"1"', '"2"']);
    await assert.rejects(client.dns.records.delete("0".repeat(32), { zone_id: zoneId }), {
      status: 404,
      errors: [{ code: 81_044, message: "Record does not exist." }],
    });
  });

  it("says where its tools find it", () => {
    assert.deepEqual(cloud.api.environment("http://127.0.0.1:1"), {
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:1${BASE_PATH}`,
      CLOUDFLARE_API_TOKEN: DEFAULT_TOKEN,
    });
  });
});
