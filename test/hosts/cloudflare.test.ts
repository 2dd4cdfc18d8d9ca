import assert from "node:assert/strict";
import { join } from "node:path";
import { DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { idOf } from "../../emulator/http/cloudflare/zones";
import { fqdn } from "../../provider/core/fqdn";
import { holdRequests } from "../support/backend/hold";
import { dumped, recordOf, storedValue, textsOf, witnessedIn } from "../support/backend/records";
import { describeBackend } from "../support/backend/suite";
import { ACCOUNT, type CloudflareCloud, openCloudflareCloud } from "../support/cloudflare/cloud";

const zoneName = fqdn("ses-example.com");
const subzone = fqdn("eu.ses-example.com");
const READ_ONLY = "not-a-token-read-only";

describeBackend({
  name: "Cloudflare",
  async open() {
    const cloud = await openCloudflareCloud({ rateLimits: false });
    const { zones, faults } = cloud.ground;
    cloud.api.tokens.add({ token: READ_ONLY, account: ACCOUNT, permissions: ["zone:read", "dns:read"] });
    const zone = zones.add({ name: zoneName });
    zones.add({ name: subzone });
    const fault = (kind: "throttle" | "error" | "cut-before") => () => {
      const on = faults.http({ service: "cloudflare" }, { kind });
      return { undo: () => on.off() };
    };
    const wrong = "not-a-token-but-wrong";
    return {
      backend: cloud.backend(),
      another: () => cloud.backend(),
      hold: () => holdRequests(cloud.ground.requests),
      zone: zoneName,
      subzone,
      clock: cloud.clock,
      secrets: [DEFAULT_TOKEN, READ_ONLY, wrong],
      witness: async (key) => witnessedIn(zones.view(zone.id).find(key), key.type),
      async seed(key, values, ttl) {
        const set = { ...key, ttl, values: values.map((value) => storedValue(key.type, value)) };
        zones.change(zone.id, [{ action: "put", set }]);
      },
      dump: async () => dumped(zones.view(zone.id)),
      changes: () => cloud.count("CreateRecord") + cloud.count("DeleteRecord") + cloud.count("UpdateRecord"),
      faults: {
        "wrong credential": () => ({ backend: cloud.backend({}, { "cloudflare:apiToken": wrong }) }),
        "missing permission": () => ({ backend: cloud.backend({}, { "cloudflare:apiToken": READ_ONLY }) }),
        "missing zone": () => ({ zone: { name: zoneName, id: "0".repeat(32), servers: [] } }),
        "rate limit": fault("throttle"),
        "server error": fault("error"),
        "cut connection": fault("cut-before"),
      },
      workers: {
        module: join(__dirname, "../support/cloudflare/worker.ts"),
        settings: { "cloudflare:apiToken": DEFAULT_TOKEN, "cloudflare:baseUrl": cloud.baseUrl },
      },
      close: () => cloud.close(),
    };
  },
});

describe("Cloudflare, besides", () => {
  let cloud: CloudflareCloud;
  beforeEach(async () => {
    cloud = await openCloudflareCloud();
  });
  afterEach(() => cloud.close());
  const name = fqdn("_amazonses.ses-example.com");
  const ours = { type: "TXT" as const, name, text: "ours", ttl: 300 };
  const addZone = (more: object = {}) => cloud.ground.zones.add({ name: zoneName, ...more });

  it("asks for zones by name: a token that is limited to one finds its own, and no other", async () => {
    addZone();
    cloud.ground.zones.add({ name: "other-example.com" });
    cloud.api.tokens.add({ token: "not-a-token-limited", account: ACCOUNT, zones: [zoneName] });
    const backend = cloud.backend({}, { "cloudflare:apiToken": "not-a-token-limited" });
    const zone = await backend.findZone(name, cloud.ctx());
    assert.equal(zone.name, zoneName);
    assert.equal(cloud.count("ListZones"), 2);
    await backend.add(zone, [ours], cloud.ctx());
    await assert.rejects(backend.findZone(fqdn("_amazonses.other-example.com"), cloud.ctx()), {
      code: "zone-missing",
      message: /other-example\.com/,
    });
  });

  it("knows a zone that it found, and asks again once it is gone", async () => {
    const first = addZone();
    const backend = cloud.backend();
    const zone = await backend.findZone(name, cloud.ctx());
    await backend.findZone(fqdn("ses-example.com"), cloud.ctx());
    assert.equal(cloud.count("ListZones"), 2);
    cloud.ground.zones.remove(first.id);
    await assert.rejects(backend.list(zone, { name, type: "TXT" }, cloud.ctx()), { code: "zone-missing" });
    const second = addZone();
    assert.equal((await backend.findZone(name, cloud.ctx())).id, idOf(second));
  });

  it("takes the name servers from the zone, and a zone's own before Cloudflare's", async () => {
    const plain = addZone();
    assert.deepEqual(
      (await cloud.backend().findZone(name, cloud.ctx())).servers,
      plain.servers.map((server) => server.name),
    );
    cloud.ground.zones.add({
      name: "vanity-example.com",
      notes: { cloudflare: { vanity_name_servers: ["NS1.vanity-example.com"] } },
    });
    const vanity = await cloud.backend().findZone(fqdn("vanity-example.com"), cloud.ctx());
    assert.deepEqual(vanity.servers, ["ns1.vanity-example.com"]);
  });

  it("holds zoneId to the name", async () => {
    const zone = addZone();
    const backend = cloud.backend({ zoneId: idOf(zone) });
    assert.equal((await backend.findZone(name, cloud.ctx())).name, zoneName);
    await assert.rejects(backend.findZone(fqdn("_amazonses.other-example.com"), cloud.ctx()), {
      code: "zone-missing",
      message: /ses-example\.com, which does not hold _amazonses\.other-example\.com/,
    });
    await assert.rejects(cloud.backend({ zoneId: "f".repeat(32) }).findZone(name, cloud.ctx()), {
      code: "zone-missing",
    });
  });

  it("takes of twins the active one, and none where several are", async () => {
    addZone({ delegated: false });
    const live = addZone();
    assert.equal((await cloud.backend().findZone(name, cloud.ctx())).id, idOf(live));
    cloud.ground.zones.delegate(live.id, false);
    await assert.rejects(cloud.backend().findZone(name, cloud.ctx()), {
      code: "zone-missing",
      message: new RegExp(idOf(live)),
    });
  });

  it("refuses a zone whose records are served elsewhere", async () => {
    addZone({ notes: { cloudflare: { type: "partial" } } });
    await assert.rejects(cloud.backend().findZone(name, cloud.ctx()), { code: "zone-missing", message: /partial/ });
  });

  it("keeps automatic as the TTL of a set that has it, and says what Cloudflare says", async () => {
    const zone = addZone();
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    await backend.add(found, [{ ...ours, text: "first", ttl: 1 }], cloud.ctx());
    await backend.add(found, [{ ...ours, ttl: 7200 }], cloud.ctx());
    const listed = await backend.list(found, { name, type: "TXT" }, cloud.ctx());
    assert.deepEqual(
      listed.map(({ ttl }, at) => [textsOf(listed)[at], ttl]),
      [
        ["first", 1],
        ["ours", 1],
      ],
    );
    assert.equal(cloud.ground.zones.view(zone.id).find({ name, type: "TXT" })?.ttl, 300);
  });

  it("keeps the lowest TTL of a set, which is what caches go by", async () => {
    const zone = addZone();
    const headers = { authorization: `Bearer ${DEFAULT_TOKEN}` };
    const records = `${cloud.baseUrl}/zones/${idOf(zone)}/dns_records`;
    for (const [content, ttl] of [
      ['"slow"', 7200],
      ['"fast"', 600],
      ['"slower"', 86_400],
    ]) {
      await fetch(records, { method: "POST", headers, body: JSON.stringify({ type: "TXT", name, content, ttl }) });
    }
    const backend = cloud.backend();
    await backend.add(await backend.findZone(name, cloud.ctx()), [{ ...ours, ttl: 3600 }], cloud.ctx());
    const { result } = (await (await fetch(records, { headers })).json()) as {
      result: { content: string; ttl: number }[];
    };
    assert.equal(result.find(({ content }) => content === '"ours"')?.ttl, 600);
  });

  it("says what Cloudflare says of a TTL out of its bounds", async () => {
    addZone();
    const backend = cloud.backend();
    const zone = await backend.findZone(name, cloud.ctx());
    await assert.rejects(backend.add(zone, [{ ...ours, ttl: 20 }], cloud.ctx()), {
      code: "host-refused",
      message: /Invalid TTL/,
      hint: /ttl to 1/,
    });
  });

  it("reads every page", async () => {
    const zone = addZone();
    const values = Array.from({ length: 130 }, (_, at) => `value ${at}`);
    cloud.seed(zone.id, name, values, 300);
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    assert.equal((await backend.list(found, { name, type: "TXT" }, cloud.ctx())).length, 130);
    assert.deepEqual((await backend.remove(found, [{ ...ours, text: "value 129" }], cloud.ctx())).removed.length, 1);
    assert.equal(cloud.ground.zones.view(zone.id).find({ name, type: "TXT" })?.values.length, 129);
  });

  it("takes values without quotes, as older clients left them, for what they mean", async () => {
    addZone();
    const backend = cloud.backend();
    const zone = await backend.findZone(name, cloud.ctx());
    const create = async (content: string) => {
      const reply = await fetch(`${cloud.baseUrl}/zones/${zone.id}/dns_records`, {
        method: "POST",
        headers: { authorization: `Bearer ${DEFAULT_TOKEN}` },
        body: JSON.stringify({ type: "TXT", name, content, ttl: 300 }),
      });
      assert.equal(reply.status, 200);
    };
    await create("ours");
    await create('two  words and a " quote');
    assert.deepEqual((await backend.add(zone, [ours], cloud.ctx())).added, []);
    assert.deepEqual(textsOf(await backend.list(zone, { name, type: "TXT" }, cloud.ctx())), [
      "ours",
      'two  words and a " quote',
    ]);
    assert.equal((await backend.remove(zone, [ours], cloud.ctx())).removed.length, 1);
  });

  it("takes an identical record for success, and says whose it was", async () => {
    const zone = addZone();
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action === "CreateRecord" && phase === "before") cloud.seed(zone.id, name, ["ours"], 300);
    });
    assert.deepEqual((await backend.add(found, [ours], cloud.ctx())).added, []);
    stop();
    cloud.ground.faults.http({ action: "CreateRecord" }, { kind: "cut-after", times: 1 });
    const other = { ...ours, text: "cut off" };
    assert.deepEqual((await backend.add(found, [other], cloud.ctx())).added, [other]);
    assert.deepEqual(cloud.ground.zones.view(zone.id).find({ name, type: "TXT" })?.values, ['"ours"', '"cut off"']);
  });

  it("leaves a CNAME that came in between, and says whose it was where it is the same", async () => {
    const zone = addZone();
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    const at = (label: string) => fqdn(`${label}.ses-example.com`);
    let theirs = "theirs.example.";
    const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action !== "CreateRecord" || phase !== "before") return;
      const key = { name: at(theirs === "same.example." ? "same" : "other"), type: "CNAME" };
      cloud.ground.zones.change(zone.id, [{ action: "put", set: { ...key, ttl: 300, values: [theirs] } }]);
    });
    const ours = (label: string) => recordOf("CNAME", at(label), "same.example.");
    await assert.rejects(backend.add(found, [ours("other")], cloud.ctx()), {
      code: "record-conflict",
      retryable: false,
    });
    const { view } = cloud.ground.zones;
    assert.deepEqual(view(zone.id).find({ name: at("other"), type: "CNAME" })?.values, ["theirs.example."]);
    theirs = "same.example.";
    assert.deepEqual((await backend.add(found, [ours("same")], cloud.ctx())).added, []);
    stop();
    cloud.ground.faults.http({ action: "CreateRecord" }, { kind: "cut-after", times: 1 });
    assert.deepEqual((await backend.add(found, [ours("cut")], cloud.ctx())).added, [ours("cut")]);
  });

  it("takes a record that somebody else removed meanwhile for removed", async () => {
    const zone = addZone();
    cloud.seed(zone.id, name, ["ours", "theirs"], 300);
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action === "DeleteRecord" && phase === "before") cloud.seed(zone.id, name, ["theirs"], 300);
    });
    await backend.remove(found, [ours], cloud.ctx());
    stop();
    assert.deepEqual(cloud.ground.zones.view(zone.id).find({ name, type: "TXT" })?.values, ['"theirs"']);
  });

  it("refuses to write beside a CNAME, and can still take away there", async () => {
    const zone = addZone();
    cloud.ground.zones.change(zone.id, [
      { action: "put", set: { name, type: "CNAME", ttl: 300, values: ["elsewhere.example."] } },
    ]);
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    await assert.rejects(backend.add(found, [ours], cloud.ctx()), {
      code: "record-conflict",
      message: /_amazonses\.ses-example\.com in zone ses-example\.com .* is a CNAME to elsewhere\.example/,
    });
    assert.deepEqual(await backend.remove(found, [ours], cloud.ctx()), { removed: [] });
  });

  it("writes where a CNAME stands at the apex, which Cloudflare flattens", async () => {
    const zone = addZone();
    cloud.ground.zones.change(zone.id, [
      { action: "put", set: { name: zoneName, type: "CNAME", ttl: 300, values: ["elsewhere.example."] } },
    ]);
    const backend = cloud.backend();
    const record = { ...ours, name: zoneName };
    const added = await backend.add(await backend.findZone(zoneName, cloud.ctx()), [record], cloud.ctx());
    assert.deepEqual(added, { added: [record] });
  });

  it("names the stack as the owner in the comment, as far as a free plan's comment goes", async () => {
    const zone = addZone();
    const backend = cloud.backend();
    const found = await backend.findZone(name, cloud.ctx());
    const owners = [undefined, { project: "shop", stack: "prod" }, { project: "p".repeat(90), stack: "prod" }];
    for (const [at, owner] of owners.entries())
      await backend.add(found, [{ ...ours, text: `v${at}` }], cloud.ctx(owner && { owner }));
    const reply = await fetch(`${cloud.baseUrl}/zones/${idOf(zone)}/dns_records`, {
      headers: { authorization: `Bearer ${DEFAULT_TOKEN}` },
    });
    const { result } = (await reply.json()) as { result: { content: string; comment: string }[] };
    assert.deepEqual(
      result.map(({ comment }) => comment),
      ["pulumi-sesdomain", "pulumi-sesdomain shop/prod", `pulumi-sesdomain ${"p".repeat(82)}…`],
    );
    assert.equal(result[2]?.comment.length, 100);
  });

  it("removes and keeps a record whatever its comment says", async () => {
    addZone();
    const backend = cloud.backend();
    const zone = await backend.findZone(name, cloud.ctx());
    await backend.add(zone, [ours], cloud.ctx());
    const ctx = cloud.ctx({ owner: { project: "shop", stack: "prod" } });
    assert.deepEqual((await backend.add(zone, [ours], ctx)).added, []);
    assert.deepEqual((await backend.remove(zone, [ours], ctx)).removed, [ours]);
  });

  it("lets writes of one process to one set read it once", async () => {
    addZone();
    const backend = cloud.backend();
    const zone = await backend.findZone(name, cloud.ctx());
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => backend.add(zone, [{ ...ours, text: `v${at}` }], cloud.ctx())),
    );
    assert.equal(cloud.count("CreateRecord"), 20);
    assert.equal(cloud.count("ListRecords"), 1);
  });

  it("waits as long as it is told when it is limited all the same", async () => {
    await cloud.close();
    cloud = await openCloudflareCloud({ limit: 5 });
    addZone();
    const backend = cloud.backend();
    const sleeps: number[] = [];
    const clock = {
      now: () => cloud.ground.clock.now(),
      async sleep(ms: number) {
        sleeps.push(ms);
        await cloud.ground.clock.advance(ms);
      },
    };
    for (let at = 0; at < 6; at += 1) {
      const reply = await fetch(`${cloud.baseUrl}/user/tokens/verify`, {
        headers: { authorization: `Bearer ${DEFAULT_TOKEN}` },
      });
      await reply.arrayBuffer();
    }
    const zone = await backend.findZone(name, cloud.ctx({ clock }));
    assert.equal(zone.name, zoneName);
    const waited = sleeps.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited >= 299_000 && waited < 340_000, String(waited));
  });
});
