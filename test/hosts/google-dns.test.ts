import assert from "node:assert/strict";
import { join } from "node:path";
import { DEFAULT_PROJECT, DEFAULT_TOKEN } from "../../emulator/http/google-dns/google-dns";
import { nameOf, numberOf } from "../../emulator/http/google-dns/zones";
import { fqdn } from "../../provider/core/fqdn";
import { holdRequests } from "../support/backend/hold";
import { dumped, storedValue, textsOf, witnessedIn } from "../support/backend/records";
import { describeBackend } from "../support/backend/suite";
import { type GoogleDnsCloud, openGoogleDnsCloud } from "../support/google-dns/cloud";

const zoneName = fqdn("ses-example.com");
const subzone = fqdn("eu.ses-example.com");
const READ_ONLY = "not-a-token-read-only";

describeBackend({
  name: "Google Cloud DNS",
  async open() {
    const cloud = await openGoogleDnsCloud({ valuesPerSet: 1_000 });
    const { zones, faults } = cloud.ground;
    cloud.api.tokens.add({
      token: READ_ONLY,
      project: DEFAULT_PROJECT,
      permissions: ["dns.managedZones.list", "dns.managedZones.get", "dns.resourceRecordSets.list", "dns.changes.get"],
    });
    const zone = zones.add({ name: zoneName });
    zones.add({ name: subzone });
    const fault = (kind: "throttle" | "error" | "cut-before") => () => {
      const on = faults.http({ service: "googleDns" }, { kind });
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
      changes: () => cloud.count("CreateChange"),
      faults: {
        "wrong credential": () => ({ backend: cloud.backend({}, { "gcp:accessToken": wrong }) }),
        "missing permission": () => ({ backend: cloud.backend({}, { "gcp:accessToken": READ_ONLY }) }),
        "missing zone": () => ({ zone: { name: zoneName, id: `${DEFAULT_PROJECT}/no-such-zone`, servers: [] } }),
        "rate limit": fault("throttle"),
        "server error": fault("error"),
        "cut connection": fault("cut-before"),
      },
      workers: { module: join(__dirname, "../support/google-dns/worker.ts"), settings: cloud.config },
      close: () => cloud.close(),
    };
  },
});

describe("Google Cloud DNS, besides", () => {
  let cloud: GoogleDnsCloud;
  beforeEach(async () => {
    cloud = await openGoogleDnsCloud();
  });
  afterEach(() => cloud.close());
  const name = fqdn("_amazonses.ses-example.com");
  const ours = { type: "TXT" as const, name, text: "ours", ttl: 300 };
  const TXT = { name, type: "TXT" as const };
  const addZone = (more: object = {}) => cloud.ground.zones.add({ name: zoneName, ...more });
  const valuesAt = (id: string) => cloud.ground.zones.view(id).find({ name, type: "TXT" })?.values;

  describe("zones", () => {
    it("passes private zones over, and those that forward or peer", async () => {
      addZone({ private: true });
      addZone({ delegated: false, notes: { googleDns: { visibility: "private", peeringConfig: {} } } });
      addZone({ delegated: false, notes: { googleDns: { forwardingConfig: {} } } });
      await assert.rejects(cloud.backend().findZone(name, cloud.ctx()), { code: "zone-missing" });
      const zone = addZone();
      const found = await cloud.backend().findZone(name, cloud.ctx());
      assert.equal(found.id, `${DEFAULT_PROJECT}/${nameOf(zone)}`);
      assert.deepEqual(
        found.servers,
        zone.servers.map((server) => server.name),
      );
    });

    it("takes the longest that is delegated", async () => {
      const parent = addZone();
      const child = cloud.ground.zones.add({ name: "_amazonses.ses-example.com", delegated: false });
      const delegated = (to: string, servers: readonly { readonly name: string }[]) => ({
        delegatedServers: async (zone: string) => (zone === to ? servers.map((server) => server.name) : []),
      });
      const find = async (options: object) => (await cloud.backend(options).findZone(name, cloud.ctx())).id;
      assert.equal(await find(delegated(zoneName, parent.servers)), `${DEFAULT_PROJECT}/${nameOf(parent)}`);
      assert.equal(await find(delegated(child.name, child.servers)), `${DEFAULT_PROJECT}/${nameOf(child)}`);
      // Delegated nowhere, or not known: the delegation may be yet to come.
      assert.equal(await find({ delegatedServers: async () => [] }), `${DEFAULT_PROJECT}/${nameOf(child)}`);
      assert.equal(await find({ delegatedServers: async () => undefined }), `${DEFAULT_PROJECT}/${nameOf(child)}`);
    });

    it("takes of twins the delegated one; else names them and the way out", async () => {
      const one = addZone();
      const other = addZone();
      const options = { delegatedServers: async () => other.servers.map((server) => `${server.name}.`) };
      const found = await cloud.backend(options).findZone(name, cloud.ctx());
      assert.equal(found.id, `${DEFAULT_PROJECT}/${nameOf(other)}`);
      await assert.rejects(cloud.backend().findZone(name, cloud.ctx()), (error) => {
        assert.ok(error instanceof Error && "code" in error && error.code === "zone-missing");
        assert.ok(error.message.includes(nameOf(one)) && error.message.includes(nameOf(other)), error.message);
        return true;
      });
      const chosen = await cloud.backend({ zone: nameOf(one) }).findZone(name, cloud.ctx());
      assert.equal(chosen.id, `${DEFAULT_PROJECT}/${nameOf(one)}`);
    });

    it("holds zone to the name and to public zones; its number will do", async () => {
      const zone = addZone();
      const hidden = addZone({ private: true });
      const backend = cloud.backend({ zone: numberOf(zone) });
      assert.equal((await backend.findZone(name, cloud.ctx())).id, `${DEFAULT_PROJECT}/${nameOf(zone)}`);
      await assert.rejects(backend.findZone(fqdn("_amazonses.other-example.com"), cloud.ctx()), {
        code: "zone-missing",
      });
      for (const id of [nameOf(hidden), "no-such-zone"])
        await assert.rejects(cloud.backend({ zone: id }).findZone(name, cloud.ctx()), { code: "zone-missing" });
    });

    it("knows a zone that it found, and asks again once it is gone", async () => {
      const zone = addZone();
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      const asked = cloud.count("ListManagedZones");
      await backend.findZone(name, cloud.ctx());
      assert.equal(cloud.count("ListManagedZones"), asked);
      cloud.ground.zones.remove(zone.id);
      await assert.rejects(backend.list(found, TXT, cloud.ctx()), { code: "zone-missing", zoneGone: true });
      await assert.rejects(backend.findZone(name, cloud.ctx()), { code: "zone-missing", zoneGone: true });
    });

    it("asks for the parents that names have in common once, where they are asked for at once", async () => {
      const zone = addZone();
      const backend = cloud.backend();
      const labels = ["t1._domainkey", "t2._domainkey", "t3._domainkey", "bounce", "_dmarc"];
      const names = labels.map((label) => fqdn(`${label}.${zoneName}`));
      const zones = await Promise.all(names.map((each) => backend.findZone(each, cloud.ctx())));
      assert.deepEqual([...new Set(zones.map(({ id }) => id))], [`${DEFAULT_PROJECT}/${nameOf(zone)}`]);
      // The five names, `_domainkey`, and the domain.
      assert.equal(cloud.count("ListManagedZones"), 7);
    });

    it("is refused another project, and reads every page", async () => {
      const options = { project: "another-project" };
      await assert.rejects(cloud.backend(options).findZone(name, cloud.ctx()), { code: "permission-missing" });
      await cloud.close();
      cloud = await openGoogleDnsCloud({ page: 1 });
      const zone = addZone();
      addZone({ private: true });
      cloud.seed(zone.id, name, ["foreign"], 60);
      cloud.ground.zones.change(zone.id, [{ action: "put", set: { name, type: "A", ttl: 60, values: ["192.0.2.1"] } }]);
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      assert.deepEqual(await backend.list(found, TXT, cloud.ctx()), [{ ...ours, text: "foreign", ttl: 60 }]);
    });
  });

  describe("writing", () => {
    it("keeps what another writer put there between reading and writing", async () => {
      const zone = addZone();
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      for (const [before, between] of [
        [[], ["theirs"]],
        [["first"], ["first", "theirs"]],
        [["first"], []],
      ] as const) {
        if (before.length > 0) cloud.seed(zone.id, name, before, 60);
        let times = 0;
        const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
          if (action !== "CreateChange" || phase !== "before" || times > 0) return;
          times += 1;
          if (between.length > 0) cloud.seed(zone.id, name, between, 77);
          else cloud.ground.zones.change(zone.id, [{ action: "delete", key: { name, type: "TXT" } }]);
        });
        assert.deepEqual((await backend.add(found, [ours], cloud.ctx())).added, [ours]);
        stop();
        const seen = await backend.list(found, TXT, cloud.ctx());
        assert.deepEqual(textsOf(seen).sort(), [...between, "ours"].sort());
        assert.deepEqual([...new Set(seen.map(({ ttl }) => ttl))], [between.length > 0 ? 77 : 300]);
        await backend.remove(found, [ours, { ...ours, text: "first" }, { ...ours, text: "theirs" }], cloud.ctx());
      }
    });

    it("takes a change that was cut off after its effect for its own", async () => {
      const zone = addZone();
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      cloud.ground.faults.http({ action: "CreateChange" }, { kind: "cut-after", times: 1 });
      assert.deepEqual((await backend.add(found, [ours], cloud.ctx())).added, [ours]);
      cloud.ground.faults.http({ action: "CreateChange" }, { kind: "cut-after", times: 1 });
      assert.deepEqual((await backend.remove(found, [ours], cloud.ctx())).removed, [ours]);
      assert.equal(valuesAt(zone.id), undefined);
    });

    it("waits until the change is done", async () => {
      addZone();
      cloud.api.pendingLooks = 4;
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      await backend.add(found, [ours], cloud.ctx());
      assert.equal(cloud.count("GetChange"), 5);
    });

    it("does not write where a CNAME is, and can still take away there", async () => {
      const zone = addZone();
      const set = { name, type: "CNAME", ttl: 300, values: ["elsewhere.example."] };
      cloud.ground.zones.change(zone.id, [{ action: "put", set }]);
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      await assert.rejects(backend.add(found, [ours], cloud.ctx()), {
        code: "record-conflict",
        message: /elsewhere\.example/,
      });
      assert.deepEqual(await backend.remove(found, [ours], cloud.ctx()), { removed: [] });
      assert.equal(cloud.count("CreateChange"), 0);
    });

    it("says what the API says of a quota, and does not try again", async () => {
      const zone = addZone();
      const values = Array.from({ length: 100 }, (_, at) => `value ${at}`);
      cloud.seed(zone.id, name, values, 300);
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      await assert.rejects(backend.add(found, [ours], cloud.ctx()), { code: "host-refused", retryable: false });
      assert.equal(cloud.count("CreateChange"), 1);
    });

    it("does not take a removal for done while the host still has the value", async () => {
      const zone = addZone();
      cloud.seed(zone.id, name, ["ours"], 300);
      const backend = cloud.backend();
      const found = await backend.findZone(name, cloud.ctx());
      const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
        if (action === "CreateChange" && phase === "after") cloud.seed(zone.id, name, ["ours"], 300);
      });
      await assert.rejects(backend.remove(found, [ours], cloud.ctx()), { code: "host-unavailable", retryable: true });
      stop();
    });
  });
});
