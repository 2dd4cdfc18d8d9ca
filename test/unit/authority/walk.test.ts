import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { RESOLVER_ADDRESS } from "../../../emulator/dns";
import type { ServerSighting, Sighting } from "../../../provider/authority/authority";
import { openAuthority } from "../../../provider/authority/open";
import { AuthorityError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { amazonses, cname, type DnsWorld, openDnsWorld, SHORT_TIMEOUTS, txt } from "../../support/dns/world";

const kinds = (sighting: Sighting) => sighting.servers.map(({ kind }) => kind);
const valuesOf = (one: ServerSighting) => (one.kind === "values" ? one.values : one.kind);

async function fails(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await rejects(promise, (error) => {
    ok(error instanceof AuthorityError, String(error));
    equal(error.code, code);
    match(`${error.message} ${error.hint}`, words);
    return true;
  });
}

describe("authority: the way down", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
  });
  afterEach(() => world.close());

  const look = (name: string) => world.authority.look(fqdn(name), "TXT", world.ctx);
  const add = async (...zones: readonly Parameters<DnsWorld["zones"]["add"]>[0][]) => {
    const added = zones.map((zone) => world.zones.add(zone));
    await world.zones.settled();
    return added;
  };

  it("asks every server of the zone that the parents delegate to", async () => {
    await add({ name: "example.com", sets: [txt("_amazonses.example.com", "one", "two")] });
    const sighting = await look("_amazonses.example.com");
    equal(sighting.delegation?.zone, "example.com");
    equal(sighting.servers.length, 3);
    for (const one of sighting.servers) deepEqual(valuesOf(one), ["one", "two"]);
    deepEqual(sighting.delegation?.parentServers, sighting.delegation?.zoneServers);
    deepEqual(
      sighting.delegation?.servers.map(({ name }) => name),
      sighting.delegation?.parentServers,
    );
    deepEqual([sighting.target, sighting.cnames, sighting.via], ["_amazonses.example.com", [], "authoritative"]);
  });

  it("asks the resolver for name servers and their addresses only, and the parents once", async () => {
    await add({ name: "example.com", sets: [txt("_amazonses.example.com", "one")] });
    await look("example.com");
    const before = world.requests.counts().dns;
    await look("_amazonses.example.com");
    const after = world.requests.counts().dns;
    const more = (address: string) => (after[address] ?? 0) - (before[address] ?? 0);
    deepEqual([RESOLVER_ADDRESS, "127.77.0.1", "127.77.1.1", "127.77.1.2"].map(more), [0, 0, 0, 0]);
  });

  describe("at servers that name their zone with each answer", () => {
    const servers = [1, 2, 3].map((at) => ({ name: `ns${at}.example.net`, addresses: [`127.77.41.${at}`] }));
    const zoneOf = (name: string, sets = [txt(amazonses(name), name)]) => ({ name, servers, sets });
    const asked = () =>
      servers.reduce((sum, { addresses: [address] }) => sum + (world.requests.counts().dns[address ?? ""] ?? 0), 0);

    it("asks each once for the next zone, and for nothing else", async () => {
      await add(zoneOf("one.com"), zoneOf("two.com"));
      await look("_amazonses.one.com");
      const before = asked();
      const sighting = await look("_amazonses.two.com");
      equal(asked() - before, servers.length);
      equal(sighting.delegation?.zone, "two.com");
      deepEqual(sighting.delegation?.zoneServers, sighting.delegation?.parentServers);
      deepEqual(sighting.servers.map(valuesOf), [["two.com"], ["two.com"], ["two.com"]]);
    });

    it("asks further where the name is not there, or in a zone below", async () => {
      await add(zoneOf("one.com"), zoneOf("two.com", []), zoneOf("three.com"), zoneOf("_amazonses.three.com", []));
      world.zones.change(world.zones.named(fqdn("_amazonses.three.com"))?.id ?? "", [
        { action: "put", set: txt("_amazonses.three.com", "below") },
      ]);
      await look("_amazonses.one.com");
      deepEqual(kinds(await look("_amazonses.two.com")), ["absent", "absent", "absent"]);
      const below = await look("_amazonses.three.com");
      equal(below.delegation?.zone, "_amazonses.three.com");
      deepEqual(below.servers.map(valuesOf), [["below"], ["below"], ["below"]]);
    });
  });

  it("shares what overlapping looks have in common", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `d${index}.com`);
    await add(
      ...names.map((name) => ({
        name,
        servers: [{ name: `ns1.${name}`, addresses: ["127.77.40.1"] }],
        sets: [txt(`_amazonses.${name}`, name)],
      })),
    );
    const sightings = await Promise.all(names.map((name) => look(`_amazonses.${name}`)));
    deepEqual(
      sightings.map((one) => one.servers.map(valuesOf)),
      names.map((name) => [[name]]),
    );
    // One question of ours, and the resolver's own for the addresses of the servers above.
    const toRoot = world.requests.counts().dns["127.77.0.1"] ?? 0;
    ok(toRoot < names.length / 2, `${toRoot} questions to the root`);
  });

  it("finds a delegated subzone, and an undelegated one for what it is", async () => {
    await add(
      { name: "example.com", sets: [txt("_amazonses.shop.example.com", "in the parent")] },
      { name: "mail.example.com", sets: [txt("_amazonses.mail.example.com", "below")] },
    );
    const below = await look("_amazonses.mail.example.com");
    equal(below.delegation?.zone, "mail.example.com");
    deepEqual(valuesOf(below.servers[0] as ServerSighting), ["below"]);
    const inside = await look("_amazonses.shop.example.com");
    equal(inside.delegation?.zone, "example.com");
    deepEqual(valuesOf(inside.servers[0] as ServerSighting), ["in the parent"]);
    equal((await look("mail.example.com")).delegation?.zone, "mail.example.com");
  });

  it("finds a subzone on the very servers that hold its parent, with and without a value", async () => {
    const [parent] = await add({ name: "example.com" });
    await add({
      name: "mail.example.com",
      servers: parent?.servers ?? [],
      sets: [txt("_amazonses.mail.example.com", "v")],
    });
    const withValue = await look("_amazonses.mail.example.com");
    equal(withValue.delegation?.zone, "mail.example.com");
    deepEqual(withValue.servers.map(valuesOf), [["v"], ["v"], ["v"]]);
    const without = await look("nothing.mail.example.com");
    equal(without.delegation?.zone, "mail.example.com");
    deepEqual(kinds(without), ["absent", "absent", "absent"]);
  });

  it("believes most servers where one still delegates a subzone that is gone", async () => {
    const [parent, below] = await add(
      { name: "example.com", sets: [txt("_amazonses.mail.example.com", "inside")] },
      { name: "mail.example.com", sets: [txt("_amazonses.mail.example.com", "old")] },
    );
    ok(parent && below);
    world.faults.dns(parent.servers[2]?.name ?? "", { lagMs: "frozen" });
    await world.clock.advance(1_000);
    world.zones.remove(below.id);
    await world.zones.settled();
    for (const name of ["none.mail.example.com", "_amazonses.mail.example.com"]) {
      const sighting = await look(name);
      equal(sighting.delegation?.zone, "example.com", name);
      equal(sighting.servers.filter(({ kind }) => kind === "lame").length, 1);
    }
  });

  it("tells a name that exists without TXT from one that does not exist", async () => {
    await add({ name: "example.com", sets: [txt("deep.below.example.com", "x")] });
    const empty = await look("below.example.com");
    const none = await look("none.example.com");
    for (const [sighting, nxdomain] of [
      [empty, false],
      [none, true],
    ] as const) {
      for (const one of sighting.servers) {
        ok(one.kind === "absent");
        equal(one.nxdomain, nxdomain);
        equal(one.negativeTtl, 900);
      }
    }
  });

  it("says which zone does not know the domain", async () => {
    await add({ name: "example.com" });
    await fails(look("_amazonses.other.com"), "zone-unknown", /other\.com .*zone com says/);
    await fails(look("_amazonses.example.nosuch"), "zone-unknown", /root zone says/);
    await add({ name: "other.com" });
    deepEqual(kinds(await look("_amazonses.other.com")), ["absent", "absent", "absent"]);
  });

  it("follows CNAMEs into the target's own zone", async () => {
    await add(
      { name: "example.com", sets: [cname("_amazonses.example.com", "a.example.net")] },
      { name: "example.net", sets: [cname("a.example.net", "b.sub.example.net")] },
      { name: "sub.example.net", sets: [txt("b.sub.example.net", "found")] },
    );
    const sighting = await look("_amazonses.example.com");
    deepEqual(sighting.cnames, ["a.example.net", "b.sub.example.net"]);
    equal(sighting.target, "b.sub.example.net");
    equal(sighting.delegation?.zone, "sub.example.net");
    deepEqual(sighting.servers.map(valuesOf), [["found"], ["found"], ["found"]]);
  });

  it("keeps in view a server whose CNAME is missing", async () => {
    const [zone] = await add({ name: "example.com" }, { name: "example.net", sets: [txt("a.example.net", "found")] });
    ok(zone);
    world.faults.dns(zone.servers[1]?.name ?? "", { lagMs: "frozen" });
    await world.clock.advance(1_000);
    world.zones.change(zone.id, [{ action: "put", set: cname("_amazonses.example.com", "a.example.net") }]);
    const { servers } = await look("_amazonses.example.com");
    deepEqual(servers.map(({ kind }) => kind).sort(), ["absent", "values", "values", "values"]);
  });

  it("does not follow CNAMEs for ever", async () => {
    const chain = Array.from({ length: 12 }, (_, index) => cname(`c${index}.example.com`, `c${index + 1}.example.com`));
    await add({
      name: "example.com",
      sets: [cname("x.example.com", "y.example.com"), cname("y.example.com", "x.example.com"), ...chain],
    });
    for (const name of ["x.example.com", "c0.example.com"]) {
      const { servers, cnames } = await look(name);
      ok(cnames.length <= 8);
      for (const one of servers) match(one.kind === "lame" ? one.reason : one.kind, /never ends/);
    }
  });

  it("takes a CNAME into nowhere for an absent value", async () => {
    await add(
      { name: "example.com", sets: [cname("_amazonses.example.com", "x.unregistered.net")] },
      { name: "example.net" },
    );
    const sighting = await look("_amazonses.example.com");
    deepEqual(kinds(sighting), ["absent", "absent", "absent"]);
    deepEqual(sighting.cnames, ["x.unregistered.net"]);
  });

  it("shows the parent's list beside the zone's own", async () => {
    const [zone] = await add({ name: "example.com", delegated: false }, { name: "other.com" });
    const [, other] = world.zones.list().filter(({ name }) => /^(example|other)\.com$/.test(name));
    ok(zone && other);
    const stranger = other.servers[0];
    ok(stranger);
    world.zones.delegate(zone.id, [...zone.servers.slice(0, 1), { name: "ns9.other.com", addresses: [] }]);
    await world.zones.settled();
    const { delegation, servers } = await look("_amazonses.example.com");
    deepEqual(delegation?.parentServers, [zone.servers[0]?.name, "ns9.other.com"].sort());
    deepEqual(delegation?.zoneServers, zone.servers.map(({ name }) => name).sort());
    deepEqual(delegation?.servers.find(({ name }) => name === "ns9.other.com")?.addresses, []);
    equal(servers.length, 1);
  });

  it("says at once where the servers or the resolver cannot be reached, and recovers", async () => {
    await add({ name: "example.com" });
    const off = world.faults.dns("*", { silent: "both", within: "_amazonses.example.com" });
    await fails(look("_amazonses.example.com"), "servers-unreachable", /the root could be reached/);
    off.off();
    const there = world.faults.dns("*", { lame: "recursive", within: "_amazonses.example.com" });
    await fails(look("_amazonses.example.com"), "servers-intercepted", /the root answered with authority/);
    there.off();
    deepEqual(kinds(await look("_amazonses.example.com")), ["absent", "absent", "absent"]);

    const unreachable = openAuthority(
      { mode: "authoritative", resolvers: ["127.77.250.1:9"], port: world.dns.port },
      SHORT_TIMEOUTS,
    );
    await fails(
      unreachable.look(amazonses("example.com"), "TXT", world.ctx),
      "resolver-unreachable",
      /127\.77\.250\.1 port 9/,
    );
  });

  it("forgets a delegation after minutes", async () => {
    const [zone] = await add({ name: "example.com" });
    ok(zone);
    await look("_amazonses.example.com");
    world.zones.delegate(zone.id, zone.servers.slice(0, 1));
    equal((await look("_amazonses.example.com")).servers.length, 3);
    await world.clock.advance(301_000);
    equal((await look("_amazonses.example.com")).servers.length, 1);
  });

  it("stops with the signal's reason", async () => {
    await add({ name: "example.com" });
    world.faults.dns("*", { silent: "both" });
    const control = new AbortController();
    const stopped = world.authority.look(amazonses("example.com"), "TXT", { ...world.ctx, signal: control.signal });
    control.abort(new Error("enough"));
    await rejects(stopped, /enough/);
    await rejects(
      world.authority.look(amazonses("example.com"), "TXT", { ...world.ctx, signal: control.signal }),
      /enough/,
    );
  });
});
