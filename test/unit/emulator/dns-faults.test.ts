import assert from "node:assert/strict";
import type { DnsFault } from "../../../emulator/faults";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import type { ResourceRecord } from "../../../provider/wire/message";
import { type AskOptions, askTcp, askUdp } from "../../support/dns/client";

const name = fqdn("_amazonses.example.com");
const strings = (records: readonly ResourceRecord[] = []) =>
  records.flatMap((record) => (record.type === "TXT" ? record.strings : []));
const put = (value: string) => ({ action: "put" as const, set: { name, type: "TXT", ttl: 300, values: [txt(value)] } });

describe("a name server that misbehaves", () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let zone: Zone;
  let address: string;
  let server: string;

  before(async () => {
    ground = await openGround({ clock: { mode: "manual" } });
    zone = ground.zones.add({ name: "example.com" });
    server = zone.servers[0]?.name ?? "";
    address = zone.servers[0]?.addresses[0] ?? "";
    await ground.zones.settled();
  });
  beforeEach(() => ground.zones.change(zone.id, [put("token")]));
  afterEach(() => ground.faults.clear());
  after(() => ground.close());

  const ask = (options: Partial<AskOptions> = {}) => askUdp({ address, port: ground.dns.port, name, ...options });
  const over = (options: { patienceMs?: number } = {}) =>
    askTcp({ address, port: ground.dns.port, ...options }, [{ name }]);
  const given = (fault: DnsFault) => ground.faults.dns(server, fault);

  it("answers as a resolver in place of every server, the root's too, without asking itself on and on", async () => {
    ground.faults.dns("*", { lame: "recursive" });
    for (const at of [...ground.dns.rootAddresses, address]) {
      const reply = await ask({ address: at });
      assert.deepEqual(strings(reply?.answers), ["token"], at);
      assert.deepEqual([reply?.authoritative, reply?.recursionAvailable], [false, true], at);
    }
  });

  it("lags by so much of the emulator's time", async () => {
    given({ lagMs: 60_000 });
    await ground.clock.advance(60_000);
    ground.zones.change(zone.id, [put("newer")]);
    assert.deepEqual(strings((await ask())?.answers), ["token"]);
    assert.deepEqual(
      strings((await ask({ address: zone.servers[1]?.addresses[0] ?? "" }))?.answers),
      ["newer"],
      "the others do not lag",
    );
    await ground.clock.advance(59_999);
    assert.deepEqual(strings((await ask())?.answers), ["token"]);
    await ground.clock.advance(1);
    assert.deepEqual(strings((await ask())?.answers), ["newer"]);
  });

  it("is frozen until the fault is switched off", async () => {
    await ground.clock.advance(1);
    const fault = given({ lagMs: "frozen" });
    await ground.clock.advance(86_400_000);
    ground.zones.change(zone.id, [put("newer")]);
    assert.deepEqual(strings((await ask())?.answers), ["token"]);
    fault.off();
    assert.deepEqual(strings((await ask())?.answers), ["newer"]);
  });

  it("is silent over UDP, over TCP, or both", async () => {
    const fault = given({ silent: "udp" });
    assert.equal(await ask({ patienceMs: 100 }), undefined);
    assert.equal((await over()).length, 1);
    fault.off();
    const other = given({ silent: "tcp" });
    assert.ok(await ask());
    assert.equal((await over({ patienceMs: 100 })).length, 0);
    other.off();
    given({ silent: "both" });
    assert.equal(await ask({ patienceMs: 100 }), undefined);
    assert.equal((await over({ patienceMs: 100 })).length, 0);
  });

  it("is lame in four ways", async () => {
    const seen = [];
    for (const lame of ["REFUSED", "SERVFAIL", "no-aa", "recursive"] as const) {
      const fault = given({ lame });
      const reply = await ask();
      seen.push([reply?.rcode, reply?.authoritative, reply?.recursionAvailable, strings(reply?.answers).length]);
      fault.off();
    }
    assert.deepEqual(seen, [
      ["REFUSED", false, false, 0],
      ["SERVFAIL", false, false, 0],
      ["NOERROR", false, false, 1],
      ["NOERROR", false, true, 1],
    ]);
  });

  it("truncates everything, and may refuse TCP on top", async () => {
    given({ truncate: true });
    assert.deepEqual([(await ask())?.truncated, (await ask())?.answers.length], [true, 0]);
    assert.deepEqual(strings((await over())[0]?.answers), ["token"]);
    given({ refuseTcp: true });
    assert.equal((await over()).length, 0);
  });

  it("does not know EDNS", async () => {
    const fault = given({ edns: "FORMERR" });
    const reply = await ask();
    assert.deepEqual([reply?.rcode, reply?.edns], ["FORMERR", undefined]);
    assert.deepEqual(strings((await ask({ edns: false }))?.answers), ["token"]);
    fault.off();
    given({ edns: "drop" });
    assert.equal(await ask({ patienceMs: 100 }), undefined);
    assert.deepEqual(strings((await ask({ edns: false }))?.answers), ["token"]);
  });

  it("lies about values, ids and questions", async () => {
    const lie = given({ lie: { type: "TXT", name, values: [txt("a lie")] } });
    assert.deepEqual(strings((await ask())?.answers), ["a lie"]);
    assert.equal((await ask({ name: "example.com" }))?.answers.length, 0);
    lie.off();
    const other = given({ mismatch: "id" });
    assert.notEqual((await ask({ id: 7 }))?.id, 7);
    other.off();
    given({ mismatch: "question" });
    assert.notEqual((await ask())?.questions[0]?.name, name);
  });

  it("misbehaves for some names only, by address as by name, or all servers do", async () => {
    ground.faults.dns(address, { lame: "REFUSED", within: name });
    assert.equal((await ask())?.rcode, "REFUSED");
    assert.equal((await ask({ name: `below.${name}` }))?.rcode, "REFUSED");
    assert.equal((await ask({ name: "example.com" }))?.rcode, "NOERROR");
    ground.faults.dns("*", { lame: "SERVFAIL" });
    assert.equal((await ask({ address: zone.servers[2]?.addresses[0] ?? "" }))?.rcode, "SERVFAIL");
  });

  it("misbehaves for one record type only", async () => {
    given({ lame: "REFUSED", only: "TXT" });
    assert.equal((await ask())?.rcode, "REFUSED");
    assert.equal((await ask({ name: "example.com", type: "SOA" }))?.rcode, "NOERROR");
  });

  it("loses one of so many questions over UDP, and none over TCP", async () => {
    given({ losesOneOf: 2 });
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push((await ask({ patienceMs: 100 }))?.rcode);
    assert.deepEqual(answers, [undefined, "NOERROR", undefined, "NOERROR"]);
    assert.equal((await askTcp({ address, port: ground.dns.port }, [{ name }, { name }])).length, 2);
  });

  it("is late by at least the latency", async () => {
    given({ latencyMs: 40 });
    const start = performance.now();
    await ask();
    assert.ok(performance.now() - start >= 39);
  });
});

describe("faults at the endpoints", () => {
  it("concern the requests they match, for as many times as they say", async () => {
    const ground = await openGround();
    const { faults } = ground;
    const request = { service: "ses", action: "VerifyDomainIdentity", region: "us-east-1", account: "000000000000" };
    faults.http({ service: "ses", action: "VerifyDomainIdentity" }, { kind: "throttle", times: 2 });
    const off = faults.http({ region: "us-east-1" }, { kind: "error" });
    assert.equal(faults.takeHttp({ ...request, region: "eu-west-1", action: "DeleteIdentity" }), undefined);
    assert.deepEqual(
      [1, 2, 3].map(() => faults.takeHttp(request)?.kind),
      ["throttle", "throttle", "error"],
    );
    off.off();
    assert.equal(faults.takeHttp(request), undefined);
    await ground.close();
  });
});
