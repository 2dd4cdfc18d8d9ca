import assert from "node:assert/strict";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { RecordSet } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import type { ResourceRecord } from "../../../provider/wire/message";
import { askTcp, askUdp } from "../../support/dns/client";

const set = (name: string, type: string, ...values: string[]): RecordSet => ({
  name: fqdn(name),
  type,
  ttl: 300,
  values,
});
const name = fqdn("_amazonses.example.com");
const strings = (records: readonly ResourceRecord[] = []) =>
  records.flatMap((record) => (record.type === "TXT" ? record.strings : []));

describe("the emulator's resolver", () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let id: string;
  let names: readonly string[];

  before(async () => {
    ground = await openGround({ clock: { mode: "manual" } });
    const zone = ground.zones.add({
      name: "example.com",
      sets: [
        set(name, "TXT", txt("token")),
        set("alias.example.com", "CNAME", "target.example.co.uk"),
        set("dangling.example.com", "CNAME", "none.example.co.uk"),
      ],
    });
    id = zone.id;
    names = zone.servers.map((server) => server.name);
    ground.zones.add({ name: "example.co.uk", sets: [set("target.example.co.uk", "TXT", txt("elsewhere"))] });
    await ground.zones.settled();
  });
  afterEach(() => {
    ground.faults.clear();
    ground.dns.setCache(false);
  });
  after(() => ground.close());

  const resolver = () => ({ address: ground.dns.resolver.split(":")[0] ?? "", port: ground.dns.port });
  const ask = (of: string, type = "TXT") => askUdp({ ...resolver(), name: of, type, recursionDesired: true });

  it("answers with RA and without AA, over UDP and TCP", async () => {
    const reply = await ask(name);
    assert.deepEqual(
      [reply?.rcode, reply?.recursionAvailable, reply?.authoritative, strings(reply?.answers)],
      ["NOERROR", true, false, ["token"]],
    );
    const [same] = await askTcp(resolver(), [{ name, recursionDesired: true }]);
    assert.deepEqual(strings(same?.answers), ["token"]);
  });

  it("answers only those who desire recursion", async () => {
    assert.equal((await askUdp({ ...resolver(), name }))?.rcode, "REFUSED");
  });

  it("finds the name servers of zones and suffixes, their addresses, and the root", async () => {
    const targets = async (of: string) =>
      (await ask(of, "NS"))?.answers.flatMap((record) => (record.type === "NS" ? [record.target] : []));
    assert.deepEqual(await targets("example.com"), names);
    assert.deepEqual(await targets("co.uk"), ["a.nic.co.uk", "b.nic.co.uk"]);
    assert.deepEqual(await targets(""), ["a.root-servers.net"]);
    for (const server of [...names, "a.nic.co.uk", "a.root-servers.net"]) {
      const { records } = await ground.resolve(fqdn(server), "A");
      assert.equal(records.length, 1, server);
    }
  });

  it("follows CNAMEs across zones, and says NXDOMAIN where they dangle", async () => {
    const reply = await ask("alias.example.com");
    assert.deepEqual(
      reply?.answers.map((record) => `${record.name} ${record.type}`),
      ["alias.example.com CNAME", "target.example.co.uk TXT"],
    );
    const dangling = await ask("dangling.example.com");
    assert.deepEqual(
      [dangling?.rcode, dangling?.answers.length, dangling?.authorities[0]?.name],
      ["NXDOMAIN", 1, "example.co.uk"],
    );
  });

  it("says NXDOMAIN for what is not delegated", async () => {
    assert.equal((await ask("example.net"))?.rcode, "NXDOMAIN");
    assert.equal((await ask("example.nosuchtld"))?.rcode, "NXDOMAIN");
  });

  it("asks another server where one is silent, lame, lying about ids, or knows no EDNS", async () => {
    const [first = "", second = "", third = "", fourth = ""] = names;
    ground.faults.dns(first, { silent: "both" });
    ground.faults.dns(fourth, { lame: "SERVFAIL" });
    ground.faults.dns(second, { lame: "REFUSED" });
    ground.faults.dns(third, { edns: "FORMERR", truncate: true });
    for (let round = 0; round < 8; round++) assert.deepEqual(strings((await ask(name))?.answers), ["token"]);
    ground.faults.dns(third, { mismatch: "id" });
    assert.equal((await ask(name))?.rcode, "SERVFAIL");
  });

  it("keeps answers and absence only where the cache is on, and for their time", async () => {
    const put = (value: string) => ground.zones.change(id, [{ action: "put", set: set(name, "TXT", txt(value)) }]);
    const gone = fqdn("_amazonses.later.example.com");
    ground.dns.setCache(true);
    assert.deepEqual(strings((await ask(name))?.answers), ["token"]);
    assert.equal((await ask(gone))?.rcode, "NXDOMAIN");
    put("newer");
    ground.zones.change(id, [{ action: "put", set: set(gone, "TXT", txt("there")) }]);
    await ground.clock.advance(299_000);
    assert.deepEqual(strings((await ask(name))?.answers), ["token"]);
    await ground.clock.advance(1_000);
    assert.deepEqual(strings((await ask(name))?.answers), ["newer"]);
    assert.equal((await ask(gone))?.rcode, "NXDOMAIN", "900 s by the SOA");
    await ground.clock.advance(600_000);
    assert.deepEqual(strings((await ask(gone))?.answers), ["there"]);
    put("token");
    ground.dns.setCache(false);
    assert.deepEqual(strings((await ask(name))?.answers), ["token"]);
  });

  it("follows a delegation to a zone's own child, glue and all, as it changes", async () => {
    const inside = ground.zones.add({
      name: "sub.example.com",
      servers: [{ name: "ns1.sub.example.com", addresses: ["127.77.200.1"] }],
      sets: [set("_amazonses.sub.example.com", "TXT", txt("inside"))],
    });
    await ground.zones.settled();
    assert.deepEqual(strings((await ask("_amazonses.sub.example.com"))?.answers), ["inside"]);
    ground.zones.remove(inside.id);
    assert.equal((await ask("_amazonses.sub.example.com"))?.rcode, "NXDOMAIN");
    assert.equal(ground.zones.view(id).at(fqdn("ns1.sub.example.com")).length, 0, "glue stays behind");
  });

  it("cannot resolve what only servers without an address serve", async () => {
    ground.zones.add({ name: "nowhere.net", servers: [{ name: "ns1.nowhere-host.org", addresses: [] }] });
    await ground.zones.settled();
    assert.equal((await ask("nowhere.net", "SOA"))?.rcode, "SERVFAIL");
  });

  it("finds what the parent names, not where the zone lies", async () => {
    const there = ground.zones.add({ name: "moved.org", sets: [set("moved.org", "TXT", txt("new host"))] });
    const old = ground.zones.add({
      name: "moved.org",
      delegated: false,
      sets: [set("moved.org", "TXT", txt("old host"))],
    });
    await ground.zones.settled();
    assert.deepEqual(strings((await ask("moved.org"))?.answers), ["new host"]);
    ground.zones.delegate(there.id, old.servers);
    assert.deepEqual(strings((await ask("moved.org"))?.answers), ["old host"]);
  });
});
