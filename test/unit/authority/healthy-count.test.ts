import { equal, ok } from "node:assert/strict";
import { ALLOWED } from "../../../provider/authority/allowance";
import { fqdn } from "../../../provider/core/fqdn";
import { glanceNames, probeNames } from "../../../provider/diagnosis/probes";
import { SHORT_TIMEOUTS } from "../../support/dns/world";
import { a, cname, type FakeInternet, openFakeInternet, txt, zone } from "./fake-internet";

const DOMAIN = "example.com";
const NAME = fqdn(`_amazonses.${DOMAIN}`);
/** Questions are counted: none is to be asked twice because the machine is busy. */
const PATIENT = { ...SHORT_TIMEOUTS, udpMs: 4_000, lastMs: 4_000, hedgeMs: 4_000, lookMs: 30_000 };

/** Limits are for hostile zones: a healthy one takes as many questions as it took before there were any. */
describe("authority: what a healthy zone takes", () => {
  let internet: FakeInternet;
  afterEach(() => internet.close());

  const servers = (count: number) => Array.from({ length: count }, (_, index) => `ns${index}.example.net`);
  const addressesOf = (server: string) => {
    const index = Number(/^ns(\d+)\./.exec(server)?.[1]);
    return [`127.88.6.${index + 1}`, `127.88.7.${index + 1}`];
  };
  const open = async (count: number, records = [txt(NAME, "token")]) => {
    internet = await openFakeInternet({
      zones: { [DOMAIN]: Object.fromEntries(servers(count).map((server) => [server, []])) },
      resolver: (name, type) =>
        name.endsWith("example.net")
          ? { answers: type === "A" ? addressesOf(name).map((address) => a(name, address)) : [] }
          : { rcode: "NOERROR" },
      timeouts: PATIENT,
    });
    for (const address of servers(count).flatMap(addressesOf)) {
      await internet.serve(address, zone(DOMAIN, servers(count), records));
    }
  };
  /** What a doctor asks of a domain that is well. */
  const examined = async () => {
    const sighting = await internet.authority.look(NAME, "TXT", internet.ctx);
    await Promise.all([
      internet.authority.examine(sighting, internet.ctx),
      internet.authority.validate(NAME, "TXT", internet.ctx),
    ]);
    return internet.asked.length;
  };

  for (const [count, first, again] of [
    [2, 21, 13],
    [4, 37, 25],
    [13, 109, 79],
  ] as const) {
    it(`is ${first} questions for ${count} servers at two addresses each, then ${again}`, async () => {
      await open(count);
      const asked = await examined();
      equal(asked, first);
      equal((await examined()) - asked, again);
    });
  }

  it("is within the allowance for 13 servers when every diagnostic question about one name is asked too", async () => {
    await open(13);
    const domain = fqdn(`a.mail.${DOMAIN}`);
    const name = fqdn(`_amazonses.${domain}`);
    const { authority, ctx: anyone } = internet;
    const ctx = { ...anyone, domain };
    const sighting = await authority.look(name, "TXT", ctx);
    const probes = await Promise.all(probeNames(domain, name).map((each) => authority.look(each, "TXT", ctx)));
    await Promise.all([
      authority.glance(glanceNames(domain, name, fqdn(DOMAIN)), sighting, ctx),
      authority.examine(sighting, ctx),
      authority.validate(name, "TXT", ctx),
    ]);
    ok(probes.every(({ servers }) => servers.every(({ kind }) => kind !== "unreachable")));
    equal(internet.asked.length, 509);
    ok(internet.asked.length < ALLOWED.questions.atOnce);
  });

  it("is as many for a name that is not there", async () => {
    await open(4, [cname(`other.${DOMAIN}`, DOMAIN)]);
    equal(await examined(), 37);
  });
});
