import { deepEqual, equal, match } from "node:assert/strict";
import type { Zone } from "../../../emulator/zones";
import type { ServerSighting } from "../../../provider/authority/authority";
import { fqdn } from "../../../provider/core/fqdn";
import { cname, type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";
import * as fake from "./fake-internet";

const NAME = fqdn("_amazonses.example.com");
const told = (one: ServerSighting) => (one.kind === "values" ? one.values.join() : one.kind);

describe("authority: servers with different CNAMEs", () => {
  let world: DnsWorld;
  let zone: Zone;
  beforeEach(async () => {
    world = await openDnsWorld();
    zone = world.zones.add({ name: "example.com" });
    world.zones.add({
      name: "example.net",
      servers: [1, 2, 3].map((at) => ({ name: `ns${at}.example.net`, addresses: [`127.77.64.${at}`] })),
      sets: [
        txt("good.example.net", "token"),
        txt("same.example.net", "other", "token"),
        txt("old.example.net", "old"),
        cname("loop.example.net", "loop.example.net"),
      ],
    });
    await world.zones.settled();
  });
  afterEach(() => world.close());

  const put = (target: string) => world.zones.change(zone.id, [{ action: "put", set: cname(NAME, target) }]);
  const serverAt = (index: number) => zone.servers[index]?.name ?? "";
  /** The last server still has the first target, the others the second. */
  async function split(first: string, second: string) {
    put(first);
    await world.clock.advance(1_000);
    world.faults.dns(serverAt(2), { lagMs: "frozen" });
    await world.clock.advance(1_000);
    put(second);
    const verdict = await world.authority.check(NAME, "TXT", ["token"], world.ctx);
    const odd = verdict.sighting.servers.filter(({ server }) => server === serverAt(2));
    return { verdict, odd };
  }

  it("follows them all: one that leads to no value lacks it", async () => {
    const { verdict, odd } = await split("bad.example.net", "good.example.net");
    deepEqual(odd.map(told), ["absent"]);
    equal(verdict.state, "missing");
    deepEqual(verdict.sighting.cnames, ["good.example.net"]);
    deepEqual(verdict.sighting.servers.map(told).sort(), ["absent", "token", "token", "token"]);
  });

  it("counts the values where each leads", async () => {
    for (const [first, values, state] of [
      ["old.example.net", "old", "missing"],
      ["same.example.net", "other,token", "published"],
    ] as const) {
      const { verdict, odd } = await split(first, "good.example.net");
      deepEqual(odd.map(told), [values]);
      equal(verdict.state, state);
      world.faults.clear();
    }
  });

  it("counts one that leads nowhere, or round and round, as lacking the value", async () => {
    for (const first of ["x.unregistered.net", "loop.example.net"]) {
      const { verdict, odd } = await split(first, "good.example.net");
      deepEqual(odd.map(told), ["absent"]);
      equal(verdict.state, "missing");
      world.faults.clear();
    }
  });

  it("names each server once where what most lead to does not exist", async () => {
    const { verdict } = await split("good.example.net", "x.unregistered.net");
    deepEqual(verdict.sighting.servers.map(told).sort(), ["absent", "absent", "token"]);
    deepEqual(verdict.servers.map(({ state }) => state).sort(), ["lacks", "lacks", "serves"]);
  });

  it("knows nothing of one whose target cannot be read", async () => {
    world.faults.dns("*", { silent: "both", within: "x.example.org" });
    const { verdict, odd } = await split("x.example.org", "good.example.net");
    match(odd[0]?.kind === "lame" ? odd[0].reason : "", /CNAME to x\.example\.org, unlike .* could be reached/);
    equal(verdict.state, "published");
  });

  it("follows no more than eight names, and says nothing of what it does not follow", async () => {
    const servers = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`ns${index}.example.com`, [`127.88.6.${index + 1}`]]),
    );
    const internet = await fake.openFakeInternet({
      zones: { "example.com": servers, "example.net": { "ns.example.net": ["127.88.7.1"] } },
    });
    try {
      const targets = Object.keys(servers).map((_, index) => `t${index}.example.net`);
      for (const [index, [address]] of Object.values(servers).entries()) {
        const alias = fake.cname(NAME, targets[index] ?? "");
        await internet.serve(address ?? "", fake.zone("example.com", Object.keys(servers), [alias]));
      }
      const values = targets.map((target) => fake.txt(target, "token"));
      await internet.serve("127.88.7.1", fake.zone("example.net", ["ns.example.net"], values));
      const verdict = await internet.authority.check(NAME, "TXT", ["token"], internet.ctx);
      equal(verdict.state, "unknown");
      const kinds = verdict.sighting.servers.map((one) => (one.kind === "unreachable" ? one.unasked : one.kind));
      deepEqual(kinds.sort(), [...Array(4).fill("limit"), ...Array(8).fill("values")]);
      equal(new Set(internet.asked.flatMap(({ name }) => (name.startsWith("t") ? [name] : []))).size, 8);
    } finally {
      await internet.close();
    }
  });
});

describe("authority: a CNAME whose target cannot be read", () => {
  it("is a sighting all the same", async () => {
    const world = await openDnsWorld();
    try {
      world.zones.add({ name: "example.com", sets: [cname(NAME, "x.example.org")] });
      await world.zones.settled();
      world.faults.dns("*", { silent: "both", within: "x.example.org" });
      const { state, sighting } = await world.authority.check(NAME, "TXT", ["token"], world.ctx);
      equal(state, "unknown");
      deepEqual([sighting.target, sighting.delegation?.zone], ["x.example.org", "example.com"]);
      for (const one of sighting.servers) {
        match(
          one.kind === "unreachable" ? one.reason : one.kind,
          /leads to x\.example\.org: No name server of the root/,
        );
      }
    } finally {
      await world.close();
    }
  });
});
