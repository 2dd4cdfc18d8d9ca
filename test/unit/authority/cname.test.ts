import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { RecordSet } from "../../../emulator/records";
import type { ServerSighting } from "../../../provider/authority/authority";
import { judge } from "../../../provider/authority/judge";
import { readReply } from "../../../provider/authority/reply";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import { decodeMessage } from "../../../provider/wire/message";
import { cname, type DnsWorld, openDnsWorld, SHORT_TIMEOUTS, txt } from "../../support/dns/world";
import * as fake from "./fake-internet";

const DOMAIN = "example.com";
const tokenName = (token: string) => fqdn(`${token}._domainkey.${DOMAIN}`);
const NAME = tokenName("token1");
const TARGET = "token1.dkim.example.net";
const SERVERS = [1, 2, 3].map((index) => ({ name: `ns${index}.example.net`, addresses: [`127.77.64.${index}`] }));
const [NS1 = "", NS2 = "", NS3 = ""] = SERVERS.map(({ name }) => name);
const set = (name: string, type: string, ...values: readonly string[]): RecordSet => ({
  name: fqdn(name),
  type,
  ttl: 300,
  values,
});

/** What an address says, without who it is. */
function told(one: ServerSighting | undefined): unknown {
  if (one === undefined) return undefined;
  const { server: _, address: __, ...rest } = one;
  return rest;
}

describe("authority: a look for a CNAME", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
  });
  afterEach(() => world.close());

  const add = async (...sets: readonly RecordSet[]) => {
    world.zones.add({ name: DOMAIN, servers: SERVERS, sets });
    await world.zones.settled();
  };
  const look = (name = NAME) => world.authority.look(name, "CNAME", world.ctx);
  const first = async (name = NAME) => told((await look(name)).servers[0]);

  it("has the target, and does not follow it", async () => {
    await add(
      cname(NAME, TARGET),
      cname(tokenName("token2"), `here.${DOMAIN}`),
      txt(`here.${DOMAIN}`, "v=DKIM1; p=AA"),
    );
    world.faults.dns("*", { silent: "both", within: TARGET });
    deepEqual(await first(), { kind: "values", values: [`${TARGET}.`], ttl: 300 });
    // The answer holds what is behind it, too.
    deepEqual(await first(tokenName("token2")), { kind: "values", values: [`here.${DOMAIN}.`], ttl: 300 });
    const { cnames, target, type } = await look();
    deepEqual([cnames, target, type], [[], NAME, "CNAME"]);
  });

  it("has the target where that does not exist, though the code is NXDOMAIN", async () => {
    await add(cname(NAME, `${TARGET}.${DOMAIN}`));
    deepEqual(await first(), { kind: "values", values: [`${TARGET}.${DOMAIN}.`], ttl: 300 });
  });

  it("tells a wildcard's CNAME like one of the name itself", async () => {
    await add(cname(`*.${DOMAIN}`, "web.example.net"));
    deepEqual(await first(), { kind: "values", values: ["web.example.net."], ttl: 300 });
  });

  it("tells what is there instead: TXT, addresses, or nothing", async () => {
    await add(
      txt(NAME, "hello", "v=DKIM1; p=AA"),
      set(tokenName("token2"), "A", "192.0.2.1", "192.0.2.2"),
      set(tokenName("token3"), "AAAA", "2001:db8::1"),
      set(tokenName("token4"), "MX", "10 mx.example.net."),
      txt(`x.${tokenName("token5")}`, "below"),
    );
    const absent = { kind: "absent", nxdomain: false };
    deepEqual(await first(), {
      ...absent,
      negativeTtl: undefined,
      instead: { texts: ["hello", "v=DKIM1; p=AA"], addresses: [] },
    });
    const insteadOf = async (token: string) => {
      const one = (await look(tokenName(token))).servers[0];
      ok(one?.kind === "absent");
      return [one.nxdomain, one.instead];
    };
    deepEqual(await insteadOf("token2"), [false, { texts: [], addresses: ["192.0.2.1", "192.0.2.2"] }]);
    deepEqual(await insteadOf("token3"), [false, { texts: [], addresses: ["2001:db8::1"] }]);
    deepEqual(await insteadOf("token4"), [false, undefined]);
    deepEqual(await insteadOf("token5"), [false, undefined]);
    deepEqual(await insteadOf("token6"), [true, undefined]);
  });

  it("knows nothing of addresses that a server does not tell", async () => {
    await add(set(NAME, "A", "192.0.2.1"));
    for (const only of ["A", "AAAA"]) world.faults.dns(NS1, { lame: "SERVFAIL", only });
    const { servers } = await look();
    deepEqual(
      servers.map((one) => one.kind === "absent" && one.instead?.addresses),
      [undefined, ["192.0.2.1"], ["192.0.2.1"]],
    );
  });

  it("tells a server that has the CNAME and fails at TXT, which is what SES asks", async () => {
    await add(cname(NAME, TARGET));
    world.faults.dns(NS1, { lame: "SERVFAIL", only: "TXT" });
    world.faults.dns(NS2, { silent: "both", only: "TXT" });
    const sighting = await look();
    deepEqual(
      sighting.servers.map((one) => [one.kind, "servesZone" in one && one.servesZone, "alias" in one && one.alias]),
      [
        ["lame", true, `${TARGET}.`],
        ["unreachable", true, `${TARGET}.`],
        ["values", false, false],
      ],
    );
    const verdict = judge(sighting, [`${TARGET}.`], "alone");
    deepEqual(
      verdict.servers.map(({ state }) => state),
      ["fails", "fails", "serves"],
    );
    world.faults.dns(NS3, { lame: "SERVFAIL", only: "TXT" });
    equal(judge(await look(), [`${TARGET}.`], "alone").state, "unknown");
  });

  it("claims no CNAME of a server that fails at that question too", async () => {
    await add(cname(NAME, TARGET));
    world.faults.dns(NS1, { lame: "SERVFAIL", within: NAME });
    const [one] = (await look()).servers;
    ok(one?.kind === "lame" && one.servesZone && one.alias === undefined);
  });

  for (const [what, servers] of [
    ["at other servers", [{ name: "ns9.example.net", addresses: ["127.77.64.9"] }]],
    ["at the same servers", SERVERS],
  ] as const) {
    it(`finds the zone of the name where _domainkey is delegated, ${what}`, async () => {
      world.zones.add({ name: DOMAIN, servers: SERVERS, sets: [cname(NAME, "old.example.net")] });
      world.zones.add({ name: `_domainkey.${DOMAIN}`, servers, sets: [cname(NAME, TARGET)] });
      await world.zones.settled();
      const sighting = await look();
      equal(sighting.delegation?.zone, `_domainkey.${DOMAIN}`);
      equal(judge(sighting, [`${TARGET}.`], "alone").state, "published");
      deepEqual(
        sighting.servers.map(({ server }) => server),
        servers.map(({ name }) => name),
      );
    });
  }
});

describe("the reply to a question for TXT, where a CNAME is looked for", () => {
  const IN = { class: "IN", ttl: 300 } as const;
  const read = (parts: Partial<MessageParts>) => {
    const message = decodeMessage(encodeMessage({ id: 1, response: true, authoritative: true, ...parts }));
    ok(message);
    return readReply(message, { name: NAME, type: "CNAME" }, fqdn(DOMAIN));
  };
  const alias = { ...IN, name: NAME, type: "CNAME" as const, target: TARGET };

  it("is the CNAME, whatever is said of the name behind it", () => {
    for (const rcode of ["NOERROR", "NXDOMAIN"]) {
      const reply = read({ rcode, answers: [alias, { ...IN, name: TARGET, type: "TXT", strings: ["p=AA"] }] });
      deepEqual(reply.kind === "values" && reply.values, [`${TARGET}.`]);
    }
  });

  it("is a CNAME to any name, also one that no host may have", () => {
    const reply = read({ answers: [{ ...alias, target: "a!b.example.net" }] });
    deepEqual(reply.kind === "values" && reply.values, ["a!b.example.net."]);
  });

  it("has all of several CNAMEs, of which none is then alone", () => {
    const reply = read({ answers: [alias, { ...alias, target: "other.example.net" }] });
    deepEqual(reply.kind === "values" && reply.values, [`${TARGET}.`, "other.example.net."]);
  });

  it("is no answer where the server fails, or contradicts itself", () => {
    equal(read({ rcode: "SERVFAIL", answers: [alias] }).kind, "lame");
    equal(read({ rcode: "NXDOMAIN", answers: [{ ...IN, name: NAME, type: "TXT", strings: ["x"] }] }).kind, "lame");
    equal(read({ answers: [{ ...alias, name: "other.example.com" }] }).kind, "lame");
  });
});

describe("authority: what DKIM and MAIL FROM take", () => {
  const PATIENT = { ...SHORT_TIMEOUTS, udpMs: 4_000, lastMs: 4_000, hedgeMs: 4_000, lookMs: 30_000 };
  const NAMES = ["ns0.example.net", "ns1.example.net", "ns2.example.net", "ns3.example.net"];
  const addressOf = (server: string) => `127.88.8.${Number(server[2]) + 1}`;
  const BOUNCE = fqdn(`bounce.${DOMAIN}`);
  let internet: fake.FakeInternet;
  beforeEach(async () => {
    internet = await fake.openFakeInternet({
      zones: { [DOMAIN]: Object.fromEntries(NAMES.map((server) => [server, [addressOf(server)]])) },
      timeouts: PATIENT,
    });
    const records = [
      ...["token1", "token2", "token3"].map((token) => fake.cname(tokenName(token), `${token}.dkim.example.net`)),
      fake.txt(BOUNCE, "v=spf1 include:amazonses.com ~all"),
      { class: "IN", ttl: 300, name: BOUNCE, type: "MX", preference: 10, exchange: "feedback.example.net" } as const,
    ];
    for (const server of NAMES) await internet.serve(addressOf(server), fake.zone(DOMAIN, NAMES, records));
  });
  afterEach(() => internet.close());

  /** Questions to the zone's servers, by type. */
  const asked = () => {
    const counts: Record<string, number> = {};
    for (const { type, address } of internet.asked.splice(0)) {
      if (address.startsWith("127.88.8.")) counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  };
  const lookAtKeys = () =>
    Promise.all(
      ["token1", "token2", "token3"].map((token) =>
        internet.authority.look(tokenName(token), "CNAME", { ...internet.ctx, domain: fqdn(DOMAIN) }),
      ),
    );

  it("is a question a server and name, and the zone is asked for once for all names of DKIM", async () => {
    await lookAtKeys();
    deepEqual(asked(), { TXT: 12, NS: 1, SOA: 1 });
    await lookAtKeys();
    deepEqual(asked(), { TXT: 12 });
  });

  it("is a question a server and type of one name, and the way to it is found once", async () => {
    const [text, mx] = await internet.authority.lookAll(BOUNCE, ["TXT", "MX"], internet.ctx);
    deepEqual(asked(), { TXT: 4, MX: 4, NS: 1, SOA: 1 });
    deepEqual([text?.type, mx?.type], ["TXT", "MX"]);
    equal(judge(text ?? (await fail()), ["v=spf1 include:amazonses.com ~all"]).state, "published");
    equal(judge(mx ?? (await fail()), ["10 feedback.example.net."], "alone").state, "published");
    await internet.authority.lookAll(BOUNCE, ["TXT", "MX"], internet.ctx);
    deepEqual(asked(), { TXT: 4, MX: 4 });
    deepEqual(await internet.authority.lookAll(BOUNCE, [], internet.ctx), []);
  });

  it("is refused as a whole where the name is in no zone", async () => {
    const there = fqdn("bounce.unregistered.org");
    await rejects(internet.authority.lookAll(there, ["TXT", "MX"], internet.ctx), { code: "zone-unknown" });
  });

  const fail = (): Promise<never> => Promise.reject(new Error("there is no sighting"));
});
