import assert from "node:assert/strict";
import { DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { idOf } from "../../emulator/http/cloudflare/zones";
import { fqdn } from "../../provider/core/fqdn";
import { RecordConflictError } from "../../provider/dns/conflict";
import type { WantedRecord } from "../../provider/dns/record";
import { dumped, recordOf } from "../support/backend/records";
import { type CloudflareCloud, openCloudflareCloud } from "../support/cloudflare/cloud";

const DOMAIN = fqdn("ses-example.com");
const at = (label: string) => fqdn(`${label}.${DOMAIN}`);
const TOKEN = at("token._domainkey");

interface ApiRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
  readonly ttl: number;
  readonly comment: string | null;
}

describe("CNAME and MX records at Cloudflare", () => {
  let cloud: CloudflareCloud;
  beforeEach(async () => {
    cloud = await openCloudflareCloud();
  });
  afterEach(() => cloud.close());

  async function open() {
    const zone = cloud.ground.zones.add({ name: DOMAIN });
    const backend = cloud.backend();
    const found = await backend.findZone(DOMAIN, cloud.ctx());
    const url = `${cloud.baseUrl}/zones/${idOf(zone)}/dns_records`;
    const headers = { authorization: `Bearer ${DEFAULT_TOKEN}` };
    const all = async () => ((await (await fetch(url, { headers })).json()) as { result: ApiRecord[] }).result;
    const post = async (record: object) => {
      const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(record) });
      assert.equal(reply.status, 200, await reply.clone().text());
    };
    const put = (type: string, name: string, ...values: string[]) =>
      cloud.ground.zones.change(zone.id, [{ action: "put", set: { name: fqdn(name), type, ttl: 300, values } }]);
    const add = (record: WantedRecord) => backend.add(found, [record], cloud.ctx());
    return { backend, found, all, post, put, add, dump: () => dumped(cloud.ground.zones.view(zone.id)) };
  }
  const own = (target = "ours.example."): WantedRecord => ({
    ...recordOf("CNAME", TOKEN, target),
    sharing: "own-name",
  });
  async function refused(run: Promise<unknown>) {
    const error = await run.then(
      () => assert.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RecordConflictError, String(error));
    return error.conflict;
  }

  for (const content of ["ours.example", "stale.example"]) {
    it(`are set right where a CNAME of our own is proxied: to ${content}`, async () => {
      const { add, all, post } = await open();
      await post({ type: "CNAME", name: TOKEN, content, proxied: true, ttl: 1, comment: "by hand" });
      const [before] = await all();
      assert.equal((await add(own())).added.length, 1);
      const [after, ...more] = await all();
      assert.deepEqual(more, []);
      assert.deepEqual(
        [after?.id, after?.content, after?.proxied, after?.ttl, after?.comment],
        [before?.id, "ours.example", false, 1, "by hand"],
      );
      assert.deepEqual((await add(own())).added, []);
      assert.deepEqual([cloud.count("UpdateRecord"), cloud.count("DeleteRecord")], [1, 0]);
    });
  }

  it("are a conflict where the name may be another's, and the CNAME is proxied", async () => {
    const { add, all, post, backend, found } = await open();
    await post({ type: "CNAME", name: TOKEN, content: "ours.example", proxied: true, ttl: 1 });
    const before = await all();
    const conflict = await refused(add(recordOf("CNAME", TOKEN, "ours.example.")));
    assert.deepEqual(
      conflict.present.map(({ mode, text }) => [mode, text]),
      [["proxied", "ours.example."]],
    );
    assert.deepEqual(await all(), before);
    // What says the same is ours to remove, however it is answered.
    const { removed } = await backend.remove(found, [recordOf("CNAME", TOKEN, "ours.example.")], cloud.ctx());
    assert.equal(removed.length, 1);
    assert.deepEqual(await all(), []);
  });

  it("are refused next to proxied addresses, which stay", async () => {
    const { add, all, post } = await open();
    await post({ type: "A", name: TOKEN, content: "192.0.2.1", proxied: true, ttl: 1 });
    const before = await all();
    const conflict = await refused(add(own()));
    assert.deepEqual(
      conflict.present.map(({ type, mode, text }) => [type, mode, text]),
      [["A", "proxied", "192.0.2.1"]],
    );
    assert.deepEqual(await all(), before);
  });

  const between: readonly (readonly [string, WantedRecord, readonly [string, string, string]])[] = [
    ["an MX record", recordOf("MX", at("bounce"), "10 ours.example."), ["MX", at("bounce"), "20 theirs.example."]],
    ["a text, which the API takes next to a CNAME", own(), ["TXT", TOKEN, '"theirs"']],
    ["addresses", own(), ["A", TOKEN, "192.0.2.1"]],
    [
      "another SPF",
      { ...recordOf("TXT", at("bounce"), "v=spf1 ~all"), sharing: { oneWithPrefix: "v=spf1" } },
      ["TXT", at("bounce"), '"v=spf1 -all"'],
    ],
  ];
  for (const [what, wanted, [type, name, value]] of between) {
    it(`go again where another writer came between reading and writing: ${what}`, async () => {
      const { add, put, dump } = await open();
      let before: readonly string[] = [];
      const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
        if (action !== "CreateRecord" || phase !== "before" || before.length > 0) return;
        put(type, name, value);
        before = dump();
      });
      const conflict = await refused(add(wanted));
      stop();
      assert.deepEqual(
        conflict.present.map((each) => each.type),
        [type],
      );
      assert.deepEqual(dump(), before);
    });
  }

  it("set right a CNAME of our own that came between, and make one that went meanwhile", async () => {
    const { backend, found, add, put, all } = await open();
    let times = 0;
    const stop = cloud.ground.requests.onRequest(({ action, phase }) => {
      if (action !== "CreateRecord" || phase !== "before" || times > 0) return;
      times += 1;
      put("CNAME", TOKEN, "stale.example.");
    });
    assert.equal((await add(own())).added.length, 1);
    stop();
    const contents = async () => (await all()).map(({ content }) => content);
    assert.deepEqual(await contents(), ["ours.example"]);

    const stopUpdates = cloud.ground.requests.onRequest(async ({ action, phase }) => {
      if (action !== "UpdateRecord" || phase !== "before") return;
      await cloud.backend().remove(found, [recordOf("CNAME", TOKEN, "ours.example.")], cloud.ctx());
    });
    const newer = own("newer.example.");
    assert.equal((await backend.add(found, [newer], cloud.ctx())).added.length, 1);
    stopUpdates();
    assert.deepEqual(await contents(), ["newer.example"]);
  });

  it("are looked for with few requests", async () => {
    const { backend, found, put } = await open();
    put("CNAME", at("t2._domainkey"), "x.example.");
    put("CNAME", at("t2x_domainkey"), "no.example.");
    put("TXT", at("deep.t1._domainkey"), '"deeper"');
    put("MX", at("bounce"), "10 x.example.", "20 y.example.");
    const names = ["t1._domainkey", "t2._domainkey", "t3._domainkey", "bounce", "_dmarc"].map(at);
    const contents = await backend.listNames(found, names, cloud.ctx());
    assert.deepEqual(
      contents.map(({ records }) => records.map(({ type, text }) => `${type} ${text}`)),
      [[], ["CNAME x.example."], [], ["MX 10 x.example.", "MX 20 y.example."], []],
    );
    assert.equal(cloud.count("ListRecords"), 3);
  });

  it("find their zones with one request for each name and parent", async () => {
    const { found } = await open();
    const backend = cloud.backend();
    const names = ["t1._domainkey", "t2._domainkey", "t3._domainkey", "bounce", "_dmarc"].map(at);
    const before = cloud.count("ListZones");
    const zones = await Promise.all(names.map((name) => backend.findZone(name, cloud.ctx())));
    assert.deepEqual([...new Set(zones.map(({ id }) => id))], [found.id]);
    // The five names, `_domainkey`, and the domain.
    assert.equal(cloud.count("ListZones") - before, 7);
    await Promise.all(names.map((name) => backend.findZone(name, cloud.ctx())));
    assert.equal(cloud.count("ListZones") - before, 7);
    // A zone of its own that is made later is found later.
    const keys = cloud.ground.zones.add({ name: at("_domainkey") });
    const later = { ...cloud.clock, now: () => cloud.clock.now() + 11_000 };
    const [t1] = names;
    assert.ok(t1);
    assert.equal((await backend.findZone(t1, cloud.ctx({ clock: later }))).id, idOf(keys));
  });

  it("are told to be below a delegation, which hides them", async () => {
    const { backend, found, put } = await open();
    put("NS", at("_domainkey"), "NS1.Other.Example.");
    const [below] = await backend.listNames(found, [at("t1._domainkey")], cloud.ctx());
    assert.deepEqual(below?.cut, { name: at("_domainkey"), servers: ["ns1.other.example"] });
  });
});
