import assert from "node:assert/strict";
import type { RecordSet } from "../../emulator/records";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { RecordConflictError } from "../../provider/dns/conflict";
import type { WantedRecord } from "../../provider/dns/record";
import { openRoute53 } from "../../provider/dns/route53/route53";
import { type AwsCloud, openAwsCloud } from "../support/aws/cloud";
import { dumped, recordOf } from "../support/backend/records";

const ACCOUNT = "111111111111";
const DOMAIN = fqdn("ses-example.com");
const at = (label: string) => fqdn(`${label}.${DOMAIN}`);
const LIST = "route53:ListResourceRecordSets";

describe("CNAME and MX records at Route 53", () => {
  let cloud: AwsCloud;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }], rateLimits: false });
  });
  afterEach(() => cloud.close());

  async function open(sets: readonly RecordSet[] = []) {
    const zone = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT, sets });
    const backend = openRoute53({}, cloud.aws());
    const found = await backend.findZone(DOMAIN, cloud.ctx());
    const dump = () => dumped(cloud.ground.zones.view(zone.id));
    const put = (set: RecordSet) => cloud.ground.zones.change(zone.id, [{ action: "put", set }]);
    const add = (record: WantedRecord) => backend.add(found, [record], cloud.ctx());
    return { zone, backend, found, dump, put, add };
  }
  const plain = (name: Fqdn, type: string, ...values: string[]): RecordSet => ({ name, type, ttl: 60, values });
  async function refused(run: Promise<unknown>) {
    const error = await run.then(
      () => assert.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RecordConflictError, String(error));
    return error.conflict;
  }

  for (const [type, value] of [
    ["CNAME", "ours.example."],
    ["MX", "10 ours.example."],
  ] as const) {
    it(`are refused where a routed ${type} set is, whatever it says, and it is not removed`, async () => {
      const name = at("bounce");
      const routed = ["blue", "green"].map((setIdentifier) => ({
        ...plain(name, type, value),
        routing: { setIdentifier, weight: 1 },
      }));
      const { backend, found, dump, add } = await open(routed);
      const before = dump();
      for (const sharing of ["alone", "own-name"] as const) {
        const conflict = await refused(add({ ...recordOf(type, name, value), sharing }));
        assert.deepEqual(
          conflict.present.map(({ mode, text }) => [mode, text]),
          [
            ["routed", value],
            ["routed", value],
          ],
        );
      }
      assert.deepEqual((await backend.remove(found, [recordOf(type, name, value)], cloud.ctx())).removed, []);
      assert.deepEqual(dump(), before);
    });

    it(`name another writer's ${type} record that came between reading and writing`, async () => {
      const name = at("bounce");
      const { put, dump, add } = await open();
      const theirs = type === "MX" ? "20 theirs.example." : "theirs.example.";
      let times = 0;
      let before: readonly string[] = [];
      const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
        if (action !== "ChangeResourceRecordSets" || phase !== "before" || times > 0) return;
        times += 1;
        put(plain(name, type, theirs));
        before = dump();
      });
      const conflict = await refused(add(recordOf(type, name, value)));
      stop();
      assert.deepEqual(
        conflict.present.map(({ text }) => text),
        [theirs],
      );
      assert.equal(times, 1);
      assert.deepEqual(dump(), before);
    });
  }

  it("set a CNAME at our own name right by compare-and-swap", async () => {
    const name = at("token._domainkey");
    const { put, add, zone } = await open([plain(name, "CNAME", "stale.example.")]);
    let times = 0;
    const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action !== "ChangeResourceRecordSets" || phase !== "before" || times > 0) return;
      times += 1;
      put({ ...plain(name, "CNAME", "newer.example."), ttl: 77 });
    });
    const ours: WantedRecord = { ...recordOf("CNAME", name, "ours.example."), sharing: "own-name" };
    assert.equal((await add(ours)).added.length, 1);
    stop();
    const set = cloud.ground.zones.view(zone.id).find({ name, type: "CNAME" });
    assert.deepEqual([set?.values, set?.ttl], [["ours.example."], 77]);
    assert.equal(cloud.counts()["route53:ChangeResourceRecordSets"], 2);
  });

  it("are looked for with one request for all names of a domain", async () => {
    const names = ["t1._domainkey", "t2._domainkey", "t3._domainkey", "bounce", "_dmarc", "_amazonses"].map(at);
    const { backend, found } = await open([
      ...Array.from({ length: 150 }, (_, index) => plain(at(`a${index}`), "A", "192.0.2.1")),
      plain(at("t2._domainkey"), "CNAME", "x.example."),
      plain(at("bounce"), "MX", "10 x.example."),
    ]);
    const contents = await backend.listNames(found, names, cloud.ctx());
    assert.deepEqual(
      contents.map(({ name, records }) => [name, records.length]),
      names.map((name) => [name, [at("t2._domainkey"), at("bounce")].includes(name) ? 1 : 0]),
    );
    assert.equal(cloud.counts()[LIST], 1);
  });

  it("are found whatever lies between, also where a name's sets are on two pages", async () => {
    const weighted = Array.from({ length: 310 }, (_, index) => ({
      ...plain(at("m"), "A", `192.0.2.${index % 250}`),
      routing: { setIdentifier: `id-${index}`, weight: 1 },
    }));
    const others = Array.from({ length: 900 }, (_, index) => plain(at(`n${1000 + index}`), "A", "192.0.2.1"));
    const { backend, found } = await open([
      ...weighted,
      plain(at("m"), "MX", "10 x.example."),
      ...others,
      plain(at("z"), "CNAME", "z.example."),
      plain(at("a"), "TXT", '"a"'),
    ]);
    const names = [at("z"), at("m"), at("a"), at("n1450"), at("nowhere"), DOMAIN];
    const contents = await backend.listNames(found, names, cloud.ctx());
    assert.deepEqual(
      contents.map(({ records }) => new Set(records.map(({ type }) => type))),
      [["CNAME"], ["A", "MX"], ["TXT"], ["A"], [], ["NS", "SOA"]].map((types) => new Set(types)),
    );
    assert.equal(contents[1]?.records.length, 311);
    assert.ok((cloud.counts()[LIST] ?? 0) <= 6, JSON.stringify(cloud.counts()));
  });

  it("are told to be below a delegation, which hides them", async () => {
    const { backend, found } = await open([plain(at("_domainkey"), "NS", "NS1.Other.Example.", "ns2.other.example.")]);
    const [below, free] = await backend.listNames(found, [at("t1._domainkey"), at("bounce")], cloud.ctx());
    assert.deepEqual(
      [below?.cut, free?.cut],
      [{ name: at("_domainkey"), servers: ["ns1.other.example", "ns2.other.example"] }, undefined],
    );
  });
});
