import assert from "node:assert/strict";
import { join } from "node:path";
import { fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openRoute53, type Route53Options } from "../../provider/dns/route53/route53";
import { type AwsCloud, awsConfig, openAwsCloud } from "../support/aws/cloud";
import { holdRequests } from "../support/backend/hold";
import { dumped, storedValue, textsOf, witnessedIn } from "../support/backend/records";
import { describeBackend } from "../support/backend/suite";

const ACCOUNT = "111111111111";
const zoneName = fqdn("ses-example.com");
const subzone = fqdn("eu.ses-example.com");
const changing = "route53:ChangeResourceRecordSets";

describeBackend({
  name: "Route 53",
  async open() {
    const cloud = await openAwsCloud(
      { accounts: [{ id: ACCOUNT }], rateLimits: false },
      { clock: { mode: "flowing" } },
    );
    const { zones, faults } = cloud.ground;
    const zone = zones.add({ name: zoneName, account: ACCOUNT });
    zones.add({ name: subzone, account: ACCOUNT });
    const { accessKeyId, secretAccessKey } = cloud.credentials();
    const open = (config: Record<string, string> = {}) => openRoute53({}, cloud.aws(config));
    const fault = (kind: "throttle" | "error" | "cut-before") => () => {
      const on = faults.http({ action: "ChangeResourceRecordSets" }, { kind });
      return { undo: () => on.off() };
    };
    return {
      backend: open(),
      another: () => open(),
      hold: () => holdRequests(cloud.ground.requests),
      zone: zoneName,
      subzone,
      clock: cloud.clock,
      secrets: [accessKeyId, secretAccessKey, "a-wrong-fake-secret", "Signature="],
      witness: async (key) => witnessedIn(zones.view(zone.id).find(key), key.type),
      async seed(key, values, ttl) {
        const set = { ...key, ttl, values: values.map((value) => storedValue(key.type, value)) };
        zones.change(zone.id, [{ action: "put", set }]);
      },
      dump: async () => dumped(zones.view(zone.id)),
      changes: () => cloud.counts()[changing] ?? 0,
      faults: {
        "wrong credential": () => ({ backend: open({ "aws:secretKey": "a-wrong-fake-secret" }) }),
        "missing permission": () => {
          cloud.accounts.deny(ACCOUNT, changing);
          return { undo: () => cloud.accounts.permitAll(ACCOUNT) };
        },
        "missing zone": () => ({ zone: { name: zoneName, id: "ZNOSUCHZONE", servers: [] } }),
        "rate limit": fault("throttle"),
        "server error": fault("error"),
        "cut connection": fault("cut-before"),
      },
      workers: { module: join(__dirname, "../support/aws/route53-worker.ts"), settings: awsConfig(cloud) },
      close: () => cloud.close(),
    };
  },
});

describe("Route 53, besides", () => {
  let cloud: AwsCloud;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }, { id: "222222222222" }], route53: { insyncMs: 40_000 } });
  });
  afterEach(() => cloud.close());
  const open = (options: Route53Options = {}): DnsBackend => openRoute53(options, cloud.aws());
  const addZone = (more: object = {}) => cloud.ground.zones.add({ name: zoneName, account: ACCOUNT, ...more });
  const name = fqdn("_amazonses.ses-example.com");
  const ours = { type: "TXT" as const, name, text: "ours", ttl: 300 };
  const setsAt = (id: string) => cloud.ground.zones.view(id).at(name);

  it("waits for INSYNC: the name servers have the value when add returns", async () => {
    const zone = addZone();
    const backend = open();
    const started = cloud.clock.now();
    await backend.add(await backend.findZone(name, cloud.ctx()), [ours], cloud.ctx());
    assert.ok(cloud.clock.now() - started >= 40_000);
    assert.equal(setsAt(zone.id).length, 1);
    assert.ok((cloud.counts()["route53:GetChange"] ?? 0) <= 16, JSON.stringify(cloud.counts()));
  });

  it("lets twenty writers of one process travel in two batches", async () => {
    addZone();
    const backends = [open(), open()];
    const aws = cloud.aws();
    const shared = [openRoute53({}, aws), openRoute53({}, aws)];
    const zone = await backends[0]?.findZone(name, cloud.ctx());
    assert.ok(zone);
    const writes = Array.from({ length: 20 }, (_, at) =>
      shared[at % 2]?.add(zone, [{ ...ours, text: `v${at}` }], cloud.ctx()),
    );
    await Promise.all(writes);
    assert.ok((cloud.counts()[changing] ?? 0) <= 2, JSON.stringify(cloud.counts()));
  });

  it("leaves private zones out, and takes of public twins the delegated one", async () => {
    addZone({ private: true });
    const stale = addZone({ delegated: false });
    const live = addZone();
    const asked: string[] = [];
    const backend = open({
      delegatedServers: async (zone) => {
        asked.push(zone);
        return live.servers.map((server) => `${server.name.toUpperCase()}.`);
      },
    });
    const found = await backend.findZone(name, cloud.ctx());
    assert.equal(found.id, live.id);
    assert.deepEqual(
      found.servers,
      live.servers.map((server) => server.name),
    );
    assert.deepEqual(asked, [zoneName]);
    for (const delegatedServers of [undefined, async () => undefined, async () => ["ns.elsewhere.example"]]) {
      await assert.rejects(open({ delegatedServers }).findZone(name, cloud.ctx()), {
        code: "zone-missing",
        zoneGone: false,
        message: new RegExp(`${stale.id}.*${live.id}|${live.id}.*${stale.id}`),
      });
    }
  });

  it("takes zoneId at its word, but not for a name it does not hold, nor a private zone, nor one of another account", async () => {
    addZone();
    const twin = addZone();
    const found = await open({ zoneId: `/hostedzone/${twin.id}` }).findZone(name, cloud.ctx());
    assert.equal(found.id, twin.id);
    assert.equal(cloud.counts()["route53:ListHostedZonesByName"], undefined);
    const other = cloud.ground.zones.add({ name: "other-example.com", account: ACCOUNT });
    await assert.rejects(open({ zoneId: other.id }).findZone(name, cloud.ctx()), {
      code: "zone-missing",
      message: /other-example\.com.*_amazonses\.ses-example\.com/,
    });
    const hidden = addZone({ private: true });
    await assert.rejects(open({ zoneId: hidden.id }).findZone(name, cloud.ctx()), {
      code: "zone-missing",
      zoneGone: false,
      message: /private/,
    });
    await assert.rejects(open({ zoneId: "ZNONE" }).findZone(name, cloud.ctx()), {
      code: "zone-missing",
      zoneGone: true,
      message: /ZNONE/,
    });
    const foreign = cloud.ground.zones.add({ name: "foreign-example.com", account: "222222222222" });
    await assert.rejects(open({ zoneId: foreign.id }).findZone(name, cloud.ctx()), { code: "permission-missing" });
  });

  it("finds the zone in one request among many, also where more than a page lies below the domain", async () => {
    const zone = addZone();
    for (let i = 0; i < 40; i += 1) cloud.ground.zones.add({ name: `z${i}-example.com`, account: ACCOUNT });
    const backend = open();
    assert.equal((await backend.findZone(name, cloud.ctx())).id, zone.id);
    assert.equal((await backend.findZone(name, cloud.ctx())).id, zone.id);
    assert.equal(cloud.counts()["route53:ListHostedZonesByName"], 1);
    for (let i = 0; i < 120; i += 1) cloud.ground.zones.add({ name: `c${i}.ses-example.com`, account: ACCOUNT });
    const deep = fqdn("_amazonses.c97.ses-example.com");
    assert.equal((await open().findZone(deep, cloud.ctx())).name, "c97.ses-example.com");
    assert.equal((await open().findZone(fqdn("_amazonses.nozone.ses-example.com"), cloud.ctx())).id, zone.id);
  });

  it("finds the zones of a thousand domains by a request for each hundred, in any order, and asks for none of them", async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => fqdn(`d${String(at).padStart(4, "0")}-example.com`));
    const ids = new Map(names.map((each) => [each, cloud.ground.zones.add({ name: each, account: ACCOUNT }).id]));
    cloud.ground.zones.add({ name: "d0500-example.com", account: ACCOUNT, private: true });
    cloud.ground.zones.add({ name: "sub.d0300-example.com", account: ACCOUNT });
    const backend = open();
    for (const each of names) {
      const found = await backend.findZone(fqdn(`_amazonses.${each}`), cloud.ctx());
      assert.deepEqual([found.name, found.id], [each, ids.get(each)]);
    }
    const calls = cloud.counts();
    assert.ok((calls["route53:ListHostedZonesByName"] ?? 0) <= 12, JSON.stringify(calls));
    assert.equal(calls["route53:GetHostedZone"], undefined);
    const [first = zoneName] = names;
    const found = await backend.findZone(fqdn(`_amazonses.${first}`), cloud.ctx());
    assert.equal((await backend.withServers?.(found, cloud.ctx()))?.servers.length, 4);
    const others = open();
    await Promise.all([...names].reverse().map((each) => others.findZone(fqdn(`_amazonses.${each}`), cloud.ctx())));
  });

  it("finds a zone that was made since the page was read where it would stand", async () => {
    for (const each of ["a-example.com", "z-example.com"]) cloud.ground.zones.add({ name: each, account: ACCOUNT });
    const backend = open();
    await backend.findZone(fqdn("_amazonses.a-example.com"), cloud.ctx());
    await assert.rejects(backend.findZone(name, cloud.ctx()), { code: "zone-missing", zoneGone: true });
    const zone = addZone();
    assert.equal((await backend.findZone(name, cloud.ctx())).id, zone.id);
    const deep = fqdn(`_amazonses.deep.${zoneName}`);
    assert.equal((await backend.findZone(deep, cloud.ctx())).id, zone.id);
    await cloud.ground.clock.advance(11_000);
    const longer = cloud.ground.zones.add({ name: `deep.${zoneName}`, account: ACCOUNT });
    assert.equal((await open().findZone(deep, cloud.ctx())).id, longer.id);
  });

  it("finds a zone again that was missing a moment ago", async () => {
    const backend = open();
    await assert.rejects(backend.findZone(name, cloud.ctx()), { code: "zone-missing", zoneGone: true });
    const zone = addZone();
    assert.equal((await backend.findZone(name, cloud.ctx())).id, zone.id);
  });

  it("takes no private zone, though there is no other", async () => {
    addZone({ private: true });
    await assert.rejects(open().findZone(name, cloud.ctx()), { code: "zone-missing" });
  });

  it("finds the zone that stands in the place of one that was deleted", async () => {
    const backend = open();
    const gone = addZone();
    const found = await backend.findZone(name, cloud.ctx());
    cloud.ground.zones.remove(gone.id);
    const next = addZone();
    await assert.rejects(backend.add(found, [ours], cloud.ctx()), { code: "zone-missing", zoneGone: true });
    assert.equal((await backend.findZone(name, cloud.ctx())).id, next.id);
  });

  it("puts the value into every weighted or multivalue set, and keeps their routing", async () => {
    const routed = (setIdentifier: string, weight: number) => ({
      name,
      type: "TXT",
      ttl: 60,
      values: ['"foreign"'],
      routing: { setIdentifier, weight },
    });
    const zone = addZone({ sets: [routed("blue", 10), routed("green", 0)] });
    const backend = open();
    const found = await backend.findZone(name, cloud.ctx());
    assert.deepEqual((await backend.add(found, [ours], cloud.ctx())).added, [ours]);
    const values = ['"foreign"', '"ours"'];
    assert.deepEqual(
      setsAt(zone.id).map((set) => [set.routing, set.ttl, set.values]),
      [
        [{ setIdentifier: "blue", weight: 10 }, 60, values],
        [{ setIdentifier: "green", weight: 0 }, 60, values],
      ],
    );
    assert.deepEqual(textsOf(await backend.list(found, { name, type: "TXT" }, cloud.ctx())), ["foreign", "ours"]);
    await backend.remove(found, [ours], cloud.ctx());
    assert.deepEqual(
      setsAt(zone.id).map((set) => set.values),
      [['"foreign"'], ['"foreign"']],
    );
  });

  it("says that a CNAME stands in the way, and removes nothing there without a word", async () => {
    addZone({ sets: [{ name, type: "CNAME", ttl: 60, values: ["elsewhere.example."] }] });
    const backend = open();
    const zone = await backend.findZone(name, cloud.ctx());
    await assert.rejects(backend.add(zone, [ours], cloud.ctx()), {
      code: "record-conflict",
      message: /_amazonses\.ses-example\.com in zone ses-example\.com .* CNAME to elsewhere\.example/,
    });
    assert.deepEqual(await backend.remove(zone, [ours], cloud.ctx()), { removed: [] });
    assert.deepEqual(await backend.list(zone, { name, type: "TXT" }, cloud.ctx()), []);
  });

  it("reads and writes anew as long as others are faster, or their change is not done", async () => {
    const zone = addZone();
    const backend = open();
    const found = await backend.findZone(name, cloud.ctx());
    let left = 12;
    cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action !== "ChangeResourceRecordSets" || phase !== "before" || left === 0) return;
      left -= 1;
      const values = [`"writer ${left}"`];
      cloud.ground.zones.change(zone.id, [{ action: "put", set: { name, type: "TXT", ttl: 77, values } }]);
    });
    cloud.route53.refuseNext(3);
    await backend.add(found, [ours], cloud.ctx());
    const [set] = setsAt(zone.id);
    assert.deepEqual([set?.ttl, set?.values], [77, ['"writer 0"', '"ours"']]);
  });

  it("counts as added what a connection lost the answer to", async () => {
    const zone = addZone();
    const backend = open();
    const found = await backend.findZone(name, cloud.ctx());
    cloud.ground.faults.http({ action: "ChangeResourceRecordSets" }, { kind: "cut-after", times: 1 });
    assert.deepEqual((await backend.add(found, [ours], cloud.ctx())).added, [ours]);
    await cloud.ground.clock.advance(60_000);
    assert.deepEqual(setsAt(zone.id)[0]?.values, ['"ours"']);
  });

  it("keeps to five requests a second of a cloud that counts", async () => {
    addZone();
    const backend = open();
    const zone = await backend.findZone(name, cloud.ctx());
    const names = Array.from({ length: 6 }, (_, at) => fqdn(`_amazonses.n${at}.ses-example.com`));
    await Promise.all(names.map((each) => backend.add(zone, [{ ...ours, name: each }], cloud.ctx())));
    assert.equal(cloud.counts()[changing], names.length);
  });

  it("is refused by an account that the stack does not allow, before anything is asked", async () => {
    addZone();
    const backend = openRoute53({}, cloud.aws({ "aws:allowedAccountIds": '["222222222222"]' }));
    await assert.rejects(backend.findZone(name, cloud.ctx()), { name: "DnsHostError", code: "account-forbidden" });
    assert.equal(cloud.counts()["route53:ListHostedZonesByName"], undefined);
  });
});
