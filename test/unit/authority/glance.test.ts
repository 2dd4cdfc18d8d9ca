import assert from "node:assert/strict";
import { child, type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { SHORT_TIMEOUTS } from "../../support/dns/world";
import { a, cname, type FakeInternet, openFakeInternet, txt, zone } from "./fake-internet";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const PATIENT = { ...SHORT_TIMEOUTS, udpMs: 4_000, lastMs: 4_000, hedgeMs: 4_000, lookMs: 30_000 };
const SERVERS = ["ns0.example.net", "ns1.example.net"];
const addressOf = (server: string) => `127.88.8.${Number(server[2]) + 1}`;

describe("authority: a glance", () => {
  let internet: FakeInternet;
  afterEach(() => internet.close());

  const open = async (records = [txt("_amazones.example.com", "token"), txt("\\_amazonses.example.com", "token")]) => {
    internet = await openFakeInternet({
      zones: { [DOMAIN]: Object.fromEntries(SERVERS.map((server) => [server, []])) },
      resolver: (name, type) => ({ answers: type === "A" && SERVERS.includes(name) ? [a(name, addressOf(name))] : [] }),
      timeouts: PATIENT,
    });
    for (const server of SERVERS) await internet.serve(addressOf(server), zone(DOMAIN, SERVERS, records));
    const known = await internet.authority.look(NAME, "TXT", internet.ctx);
    internet.asked.length = 0;
    return known;
  };

  it("is one question a name, and brings what is there", async () => {
    const known = await open();
    const names = ["_amazones.example.com", "_amazonse.example.com", "\\_amazonses.example.com"].map(
      (one) => one as Fqdn,
    );
    const seen = await internet.authority.glance(names, known, internet.ctx);
    assert.deepEqual(seen.map(({ name }) => name).sort(), ["\\_amazonses.example.com", "_amazones.example.com"]);
    assert.equal(internet.asked.length, names.length);
  });

  it("reads the type of the look", async () => {
    await open([
      cname("token._domainkey.example.com.example.com", "token.dkim.example.net"),
      txt("token.domainkey.example.com", "hello"),
    ]);
    const { authority, ctx } = internet;
    const known = await authority.look(fqdn("token._domainkey.example.com"), "CNAME", ctx);
    internet.asked.length = 0;
    const names = ["token._domainkey.example.com.example.com", "token.domainkey.example.com"].map(fqdn);
    const seen = await authority.glance(names, known, ctx);
    assert.deepEqual(
      seen.map(({ name, type, servers }) => [name, type, servers.map((one) => one.kind === "values" && one.values)]),
      [[names[0], "CNAME", [["token.dkim.example.net."]]]],
    );
    assert.deepEqual(
      internet.asked.map(({ type }) => type),
      ["TXT", "TXT"],
    );
  });

  it("is spread over the servers, and has an end", async () => {
    const known = await open([]);
    const names = Array.from({ length: 200 }, (_, index) => child(`n${index}`, DOMAIN));
    assert.deepEqual(await internet.authority.glance(names, known, internet.ctx), []);
    assert.ok(internet.asked.length <= 80, `${internet.asked.length}`);
    assert.equal(new Set(internet.asked.map(({ address }) => address)).size, SERVERS.length);
  });

  it("asks nothing about names of another zone", async () => {
    const known = await open();
    assert.deepEqual(await internet.authority.glance([fqdn("_amazonses.example.org")], known, internet.ctx), []);
    assert.deepEqual(internet.asked, []);
  });
});
