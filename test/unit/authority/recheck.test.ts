import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { ServerSighting } from "../../../provider/authority/authority";
import { judge } from "../../../provider/authority/judge";
import { fqdn } from "../../../provider/core/fqdn";
import { amazonses, cname, type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const DOMAIN = fqdn("seen-example.com");
const NAME = amazonses(DOMAIN);
const SERVERS = [1, 2, 3].map((index) => ({ name: `ns${index}.seen-example.net`, addresses: [`127.77.64.${index}`] }));
const [NS1 = "", NS2 = "", NS3 = ""] = SERVERS.map(({ name }) => name);

describe("authority: what is said on evidence only", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
  });
  afterEach(() => world.close());

  const add = async (sets = [txt(NAME, "value")]) => {
    const { id } = world.zones.add({ name: DOMAIN, servers: SERVERS, sets });
    await world.zones.settled();
    return id;
  };
  const look = () => world.authority.look(NAME, "TXT", world.ctx);
  const failsAtName = (one: ServerSighting) => "servesZone" in one && one.servesZone === true;

  describe("a server that gives no answer to one question", () => {
    it("is an authority where it serves the SOA with authority", async () => {
      await add();
      world.faults.dns(NS1, { lame: "REFUSED", only: "TXT" });
      world.faults.dns(NS2, { silent: "both", within: NAME });
      world.faults.dns(NS3, { lame: "no-aa", only: "TXT" });
      const sighting = await look();
      deepEqual(sighting.servers.map(failsAtName), [true, true, true]);
      deepEqual(
        judge(sighting, ["value"]).servers.map(({ state }) => state),
        ["fails", "fails", "fails"],
      );
      equal(sighting.root, undefined);
    });

    it("is none where it fails at the SOA too", async () => {
      await add();
      world.faults.dns(NS1, { lame: "REFUSED" });
      world.faults.dns(NS2, { silent: "both" });
      const sighting = await look();
      deepEqual(sighting.servers.map(failsAtName), [false, false, false]);
      deepEqual(
        judge(sighting, ["value"]).servers.map(({ state }) => state),
        ["lame", "unreachable", "serves"],
      );
    });

    it("is in a loop of CNAMEs where these say so", async () => {
      await add([cname(NAME, `other.${DOMAIN}`), cname(`other.${DOMAIN}`, NAME)]);
      for (const server of [NS1, NS2, NS3]) world.faults.dns(server, { lame: "SERVFAIL", only: "TXT" });
      const { servers } = await look();
      ok(servers.every((one) => one.kind === "lame" && one.endless && one.servesZone));
    });
  });

  describe("where no server of the zone answers", () => {
    for (const [what, above, root] of [
      ["answer", undefined, "answer"],
      ["are silent", { silent: "both", onTheWay: true }, "silent"],
      ["are recursive resolvers", { lame: "recursive", onTheWay: true }, "recursive"],
    ] as const) {
      it(`tells that the root's servers ${what}`, async () => {
        await add();
        await look();
        for (const server of [NS1, NS2, NS3]) world.faults.dns(server, above ?? { silent: "both" });
        if (above !== undefined) world.faults.dns("a.root-servers.net", above);
        equal((await look()).root, root);
      });
    }

    it("tells a registry that is out of reach from a network that blocks DNS", async () => {
      await add();
      world.faults.dns("a.nic.com", { silent: "both", within: DOMAIN });
      await look();
      await world.clock.advance(400_000);
      world.faults.dns("b.nic.com", { lame: "SERVFAIL", within: DOMAIN });
      await rejects(look(), { code: "parent-unreachable" });
    });

    it("does not ask private addresses in the glue", async () => {
      const servers = [{ name: `ns1.${DOMAIN}`, addresses: ["10.1.2.3", "192.168.1.1", "fc00::1", "169.254.1.1"] }];
      world.zones.add({ name: DOMAIN, servers: [], delegated: servers });
      await world.zones.settled();
      const seen = await look();
      equal(seen.servers.length, 4);
      ok(seen.servers.every((one) => one.kind === "unreachable" && one.private));
    });

    it("blames the resolver only where that fails at other questions too", async () => {
      await add();
      world.zones.add({ name: fqdn("other-example.com"), sets: [] });
      await world.zones.settled();
      await world.authority.look(amazonses("other-example.com"), "TXT", world.ctx);
      world.faults.dns("resolver", { lame: "SERVFAIL", within: "seen-example.net" });
      const { delegation } = await look();
      deepEqual(
        delegation?.unresolved?.map(({ why }) => why),
        ["failing", "failing", "failing"],
      );
      world.faults.dns("resolver", { lame: "SERVFAIL" });
      await rejects(look(), { code: "resolver-unreachable" });
    });
  });

  describe("servers that only the zone itself names", () => {
    const OWN = { name: "ns9.seen-example.net", addresses: ["127.77.64.9"] };
    const all = [...SERVERS, OWN].map(({ name }) => `${name}.`);
    const addTwo = async (there: readonly string[], own: readonly string[]) => {
      const ns = { name: DOMAIN, type: "NS", ttl: 300, values: all };
      const sets = (values: readonly string[]) => (values.length > 0 ? [txt(NAME, ...values)] : []);
      world.zones.add({ name: DOMAIN, servers: SERVERS, sets: [ns, ...sets(there)] });
      world.zones.add({ name: DOMAIN, account: "1", servers: [OWN], delegated: false, sets: sets(own) });
      await world.zones.settled();
    };

    it("are asked as a second group, which does not change the state", async () => {
      await addTwo(["value"], []);
      const verdict = judge(await look(), ["value"]);
      deepEqual([verdict.state, verdict.lackingChildOnly], ["published", [OWN.name]]);
      deepEqual(
        verdict.servers.map(({ server }) => server),
        [NS1, NS2, NS3],
      );
    });

    it("lack nothing where they do not answer", async () => {
      await addTwo(["value"], []);
      world.faults.dns(OWN.name, { silent: "both" });
      deepEqual(judge(await look(), ["value"]).lackingChildOnly, []);
    });

    it("may have what the others lack", async () => {
      await addTwo([], ["value"]);
      const sighting = await look();
      deepEqual(
        sighting.childOnly?.map(({ server, kind }) => [server, kind]),
        [[OWN.name, "values"]],
      );
      const verdict = judge(sighting, ["value"]);
      deepEqual([verdict.state, verdict.lackingChildOnly], ["missing", []]);
    });
  });
});
