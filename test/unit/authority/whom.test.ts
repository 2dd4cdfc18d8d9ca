import { deepEqual, equal, match, ok } from "node:assert/strict";
import { judge } from "../../../provider/authority/judge";
import { fqdn } from "../../../provider/core/fqdn";
import { a, type FakeInternet, ns, openFakeInternet, type Plan, type Say, txt, zone } from "./fake-internet";

const DOMAIN = "example.com";
const NAME = fqdn(`_amazonses.${DOMAIN}`);
const number = (index: number) => String(index).padStart(2, "0");

describe("authority: whom a look asks", () => {
  let internet: FakeInternet;
  afterEach(() => internet.close());

  const open = async (plan: Plan, servers: Readonly<Record<string, Say>>) => {
    internet = await openFakeInternet(plan);
    for (const [address, say] of Object.entries(servers)) await internet.serve(address, say);
  };
  const look = () => internet.authority.look(NAME, "TXT", internet.ctx);

  it("asks every server at one address before any at two", async () => {
    const servers = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `ns${number(index)}.${DOMAIN}`,
        [`127.88.4.${index + 1}`, ...Array.from({ length: 4 }, (_, more) => `127.88.5.${4 * index + more + 1}`)],
      ]),
    );
    const says = (token: string) => zone(DOMAIN, Object.keys(servers), [txt(NAME, token)]);
    await open(
      { zones: { [DOMAIN]: servers } },
      Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`127.88.4.${index + 1}`, says(index < 14 ? "new" : "old")]),
      ),
    );
    const sighting = await look();
    const verdict = judge(sighting, ["new"]);
    equal(verdict.state, "missing");
    deepEqual(
      verdict.servers.map(({ state }) => state),
      [...Array(14).fill("serves"), ...Array(6).fill("lacks")],
    );
    equal(sighting.servers.length, 64);
    ok(sighting.delegation?.servers.every(({ addresses }) => addresses.length >= 3));
  });

  it("says of servers beyond its room that they were not asked, and nothing else", async () => {
    const servers = Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`ns${number(index)}.${DOMAIN}`, ["127.88.4.1"]]),
    );
    await open(
      { zones: { [DOMAIN]: servers } },
      { "127.88.4.1": zone(DOMAIN, Object.keys(servers), [txt(NAME, "token")]) },
    );
    const sighting = await look();
    equal(sighting.delegation?.parentServers.length, 70);
    equal(sighting.delegation?.servers.length, 20);
    const [unasked, ...more] = sighting.servers.filter(({ kind }) => kind !== "values");
    ok(unasked?.kind === "unreachable" && more.length === 0);
    deepEqual([unasked.server, unasked.address, unasked.unasked], [`ns20.${DOMAIN}`, "unknown", "excess"]);
    match(unasked.reason, /not asked, nor were 49 more \(ns21\.example\.com, /);
  });

  it("has room for as many addresses that only the zone gives", async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => a(`ns1.${DOMAIN}`, `127.89.${index >> 8}.${index & 255}`));
    const sound = zone(DOMAIN, [`ns1.${DOMAIN}`], [txt(NAME, "token")]);
    await open(
      { zones: { [DOMAIN]: { [`ns1.${DOMAIN}`]: ["127.88.4.1"] } } },
      {
        "127.88.4.1": (name, type, ...rest) =>
          type === "NS" ? { answers: [ns(name, `ns1.${DOMAIN}`)], additionals: many } : sound(name, type, ...rest),
      },
    );
    equal((await look()).servers.length, 64);
  });

  describe("where the parent gives no addresses", () => {
    const zones = { [DOMAIN]: { "ns1.example.net": [], "ns2.example.net": [] } };
    const servers = { "127.88.4.1": zone(DOMAIN, ["ns1.example.net", "ns2.example.net"], [txt(NAME, "token")]) };
    let says: Record<string, string>;
    const resolver: Say = (name, type) => {
      const said = says[`${name} ${type}`] ?? says[name] ?? "NOERROR";
      return /^[A-Z]/.test(said) ? { rcode: said } : { answers: type === "A" ? [a(name, said)] : [] };
    };

    it("does not take SERVFAIL for a name without addresses, and asks again", async () => {
      await open({ zones, resolver }, servers);
      says = { "ns1.example.net": "127.88.4.1", "ns2.example.net": "SERVFAIL" };
      const sighting = await look();
      deepEqual(sighting.delegation?.servers, [{ name: "ns1.example.net", addresses: ["127.88.4.1"] }]);
      deepEqual(sighting.servers[1], {
        server: "ns2.example.net",
        address: "unknown",
        kind: "unreachable",
        reason: "no resolver could tell its address",
      });
      says["ns2.example.net"] = "127.88.4.1";
      deepEqual(
        (await look()).servers.map(({ kind }) => kind),
        ["values", "values"],
      );
    });

    it("holds SERVFAIL against the names where the resolver answers other questions, until it says more", async () => {
      await open({ zones, resolver }, servers);
      says = { "ns1.example.net": "SERVFAIL", "ns2.example.net": "SERVFAIL" };
      const failing = await look();
      deepEqual(failing.delegation?.unresolved, [
        { server: "ns1.example.net", why: "failing" },
        { server: "ns2.example.net", why: "failing" },
      ]);
      ok(failing.servers.every(({ kind, address }) => kind === "unreachable" && address === "unknown"));
      says = { "ns1.example.net": "127.88.4.1", "ns2.example.net": "NXDOMAIN" };
      const { delegation, servers: seen } = await look();
      deepEqual(
        delegation?.servers.map(({ addresses }) => addresses),
        [["127.88.4.1"], []],
      );
      deepEqual(
        seen.map(({ kind }) => kind),
        ["values"],
      );
    });

    it("tells missing glue and names that only an unchecked answer resolves from others", async () => {
      const [within, bogus] = [`ns1.${DOMAIN}`, "ns2.example.net"];
      const checking: Say = (name, type, { checkingDisabled }) => {
        if (name === bogus && checkingDisabled) return { answers: type === "A" ? [a(name, "127.88.4.1")] : [] };
        return [within, bogus, "ns3.example.net"].includes(name) ? { rcode: "SERVFAIL" } : { rcode: "NOERROR" };
      };
      const three = { [within]: [], [bogus]: [], "ns3.example.net": [] };
      await open({ zones: { [DOMAIN]: three }, resolver: checking }, servers);
      const { delegation } = await look();
      deepEqual(delegation?.unresolved, [
        { server: within, why: "no-glue" },
        { server: bogus, why: "bogus" },
        { server: "ns3.example.net", why: "failing" },
      ]);
    });

    it("keeps half an answer for half a minute", async () => {
      await open({ zones, resolver }, servers);
      says = { "ns1.example.net": "127.88.4.1", "ns1.example.net AAAA": "SERVFAIL", "ns2.example.net": "127.88.4.1" };
      equal((await look()).servers.length, 2);
      const questions = (name: string) => internet.asked.filter((one) => one.name === name).length;
      const before = [questions("ns1.example.net"), questions("ns2.example.net")];
      await internet.clock.advance(31_000);
      await look();
      const [ns1 = 0, ns2 = 0] = before;
      ok(questions("ns1.example.net") > ns1);
      equal(questions("ns2.example.net"), ns2);
    });

    it("takes the addresses that the zone gives for a server whose name fails", async () => {
      const within = `ns2.${DOMAIN}`;
      const sound = zone(DOMAIN, ["ns1.example.net", within], [txt(NAME, "token")]);
      const telling: Say = (name, type, ...rest) => {
        const said = sound(name, type, ...rest);
        return type === "NS" ? { ...said, additionals: [a(within, "127.88.4.2")] } : said;
      };
      await open(
        { zones: { [DOMAIN]: { "ns1.example.net": [], [within]: [] } }, resolver },
        { "127.88.4.1": telling, "127.88.4.2": telling },
      );
      says = { "ns1.example.net": "127.88.4.1", [within]: "SERVFAIL" };
      const { delegation, servers: seen } = await look();
      deepEqual(
        seen.map(({ server, kind }) => [server, kind]),
        [
          ["ns1.example.net", "values"],
          [within, "values"],
        ],
      );
      deepEqual(delegation?.servers[1], { name: within, addresses: ["127.88.4.2"] });
    });
  });
});
