import assert from "node:assert/strict";
import { openAuthority } from "../../../provider/authority/open";
import { fqdn } from "../../../provider/core/fqdn";
import { amazonses, type DnsWorld, openDnsWorld, SHORT_TIMEOUTS, txt } from "../../support/dns/world";
import { type FakeInternet, openFakeInternet, type Say, txt as sayTxt, zone as sayZone } from "./fake-internet";

const DOMAIN = fqdn("kept-example.com");
const NAME = amazonses(DOMAIN);
const SERVERS = [1, 2, 3].map((index) => ({ name: `ns${index}.kept-example.net`, addresses: [`127.77.63.${index}`] }));

describe("how servers are kept", () => {
  let world: DnsWorld;
  let zone: string;
  before(async () => {
    world = await openDnsWorld();
    zone = world.zones.add({ name: DOMAIN, servers: SERVERS, sets: [txt(NAME, "value")] }).id;
    await world.zones.settled();
  });
  after(() => world.close());
  afterEach(() => world.faults.clear());

  async function examine() {
    const sighting = await world.authority.look(NAME, "TXT", world.ctx);
    const { serials, faults } = await world.authority.examine(sighting, world.ctx);
    return {
      serials: serials.map(({ server, serial }) => [server, serial]),
      faults: faults.map(({ server, fault }) => [server, fault]),
    };
  }

  it("has each address's serial and its primary, and no fault where there is none", async () => {
    const sighting = await world.authority.look(NAME, "TXT", world.ctx);
    assert.deepEqual(await world.authority.examine(sighting, world.ctx), {
      serials: SERVERS.map(({ name, addresses }) => ({
        zone: DOMAIN,
        server: name,
        address: addresses[0],
        serial: 1,
        primary: "ns1.kept-example.net",
      })),
      faults: [],
    });
  });

  it("sees the serial of a server that lags", async () => {
    world.faults.dns("ns2.kept-example.net", { lagMs: "frozen" });
    await world.clock.advance(1);
    world.zones.change(zone, [{ action: "put", set: txt(NAME, "value", "another") }]);
    const { serials } = await examine();
    assert.deepEqual(serials, [
      ["ns1.kept-example.net", 2],
      ["ns2.kept-example.net", 1],
      ["ns3.kept-example.net", 2],
    ]);
  });

  it("blames no server for what this network does to all, the root's too", async () => {
    world.faults.dns("*", { refuseTcp: true, onTheWay: true });
    assert.deepEqual((await examine()).faults, []);
  });

  it("names those without TCP, and those that stumble over EDNS", async () => {
    world.faults.dns("ns1.kept-example.net", { refuseTcp: true });
    world.faults.dns("ns2.kept-example.net", { edns: "FORMERR" });
    world.faults.dns("ns3.kept-example.net", { edns: "drop" });
    assert.deepEqual((await examine()).faults, [
      ["ns1.kept-example.net", "no-tcp"],
      ["ns2.kept-example.net", "no-edns"],
      ["ns3.kept-example.net", "no-edns"],
    ]);
  });

  it("holds nothing against a server that loses packets, or takes its time", async () => {
    world.faults.dns("ns1.kept-example.net", { losesOneOf: 2 });
    world.faults.dns("ns2.kept-example.net", { latencyMs: SHORT_TIMEOUTS.udpMs + 60 });
    world.faults.dns("ns3.kept-example.net", { losesOneOf: 3, latencyMs: SHORT_TIMEOUTS.udpMs + 60 });
    for (let round = 0; round < 3; round++) {
      const sighting = await world.authority.look(NAME, "TXT", world.ctx);
      assert.deepEqual(
        sighting.servers.map(({ kind }) => kind),
        ["values", "values", "values"],
      );
      const { serials, faults } = await examine();
      assert.deepEqual([serials.length, faults], [3, []]);
    }
  });

  it("names those that answer over TCP only", async () => {
    world.faults.dns("ns1.kept-example.net", { silent: "udp" });
    assert.deepEqual((await examine()).faults, [["ns1.kept-example.net", "no-udp"]]);
  });

  it("ends with its time, and holds nothing against those it could not hear out", async () => {
    world.faults.dns("ns1.kept-example.net", { silent: "tcp" });
    const options = { mode: "authoritative", resolvers: [world.dns.resolver], port: world.dns.port } as const;
    const hasty = openAuthority(options, { ...SHORT_TIMEOUTS, lookMs: 300 });
    const { serials, faults } = await hasty.examine(await world.authority.look(NAME, "TXT", world.ctx), world.ctx);
    assert.equal(serials.length, 3);
    assert.deepEqual(faults, []);
  });

  it("does not ask servers that gave no answer, nor resolvers", async () => {
    world.faults.dns("ns1.kept-example.net", { silent: "both" });
    world.faults.dns("ns2.kept-example.net", { lame: "REFUSED" });
    const { serials, faults } = await examine();
    assert.deepEqual([serials.map(([server]) => server), faults], [["ns3.kept-example.net"], []]);
    const { delegation: _, ...rest } = await world.authority.look(NAME, "TXT", world.ctx);
    const overHttps = { ...rest, via: "doh" as const, delegation: undefined };
    assert.deepEqual(await world.authority.examine(overHttps, world.ctx), { serials: [], faults: [] });
  });
});

describe("a packet that is lost", () => {
  it("is no fault of the server", async () => {
    const servers = { "ns1.kept-example.net": ["127.88.63.1"] };
    const internet = await openFakeInternet({ zones: { [DOMAIN]: servers } });
    try {
      let lost: boolean | undefined;
      const sound = sayZone(DOMAIN, Object.keys(servers), [sayTxt(NAME, "value")]);
      await internet.serve("127.88.63.1", (name, type, query, over) => {
        if (lost !== false || over !== "udp" || query.edns === undefined) return sound(name, type, query, over);
        lost = true;
        return undefined;
      });
      const sighting = await internet.authority.look(NAME, "TXT", internet.ctx);
      lost = false;
      const { serials, faults } = await internet.authority.examine(sighting, internet.ctx);
      assert.deepEqual([lost, serials.map(({ serial }) => serial), faults], [true, [1], []]);
    } finally {
      await internet.close();
    }
  });
});

describe("what a validating resolver says", () => {
  let internet: FakeInternet;
  afterEach(() => internet.close());

  /** `say`: of the zone's SOA. `before`: resolvers that are asked first. */
  async function validate(say: Say, before: readonly string[] = []) {
    internet = await openFakeInternet({ zones: { [DOMAIN]: { "ns1.kept-example.net": [] } }, resolver: say });
    const { resolver, port, ctx } = internet;
    const authority = openAuthority({ mode: "authoritative", resolvers: [...before, resolver], port }, SHORT_TIMEOUTS);
    return authority.validate(NAME, "TXT", ctx);
  }

  it("is bogus where it fails, answers without checking, and fails again", async () => {
    const broken: Say = (_name, _type, { checkingDisabled }) => ({ rcode: checkingDisabled ? "NOERROR" : "SERVFAIL" });
    assert.deepEqual(await validate(broken), { resolver: "127.88.0.53", state: "bogus" });
  });

  it("is asked of the zone, never of the record, whose absence it would keep", async () => {
    await validate(() => ({ rcode: "NOERROR" }));
    const toResolver = internet.asked.filter(({ address }) => address === "127.88.0.53");
    assert.deepEqual(
      toResolver.map(({ name, type }) => `${type} ${name}`),
      ["NS ", `SOA ${DOMAIN}`],
    );
    const unknown = await internet.authority.validate(fqdn("_amazonses.not-yet-example.com"), "TXT", internet.ctx);
    assert.equal(unknown, undefined);
    assert.ok(!internet.asked.some(({ name, type }) => type === "SOA" && name.includes("not-yet")));
  });

  it("is nothing where the failure passes, or has another reason", async () => {
    let asked = 0;
    assert.equal(await validate(() => ({ rcode: asked++ === 0 ? "SERVFAIL" : "NOERROR" })), undefined);
    await internet.close();
    assert.equal(await validate(() => ({ rcode: "SERVFAIL" })), undefined);
  });

  it("is secure where it says so, insecure otherwise; the next is asked where one is silent", async () => {
    const validating: Say = (_name, _type, { authenticData }) => ({ rcode: "NOERROR", authenticData });
    assert.equal((await validate(validating))?.state, "secure");
    await internet.close();
    assert.equal((await validate(() => ({ rcode: "NOERROR" }), ["127.0.0.1:9"]))?.state, "insecure");
  });
});
