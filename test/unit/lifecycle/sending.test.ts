import assert from "node:assert/strict";
import type { RecordSet } from "../../../emulator/records";
import { child, type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { required } from "../../../provider/dns/requirement";
import { lookAtSending } from "../../../provider/lifecycle/observation/sending";
import { cname, type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const DOMAIN = fqdn("example.com");
const KEYS = fqdn("dkim.example.net");
const BOUNCE = fqdn("bounce.example.com");
const KEY = "v=DKIM1; p=AAAA";
const TOKENS = ["t1", "t2", "t3"];
const nameOf = (token: string, domain = DOMAIN) => child(token, child("_domainkey", domain));
const dkim = (token: string, domain = DOMAIN) =>
  required(
    { type: "CNAME", name: nameOf(token, domain), ttl: 300, target: child(token, KEYS) },
    { identity: "us-east-1", arn: undefined, purpose: "dkim" },
  );
const owner = { identity: "us-east-1", arn: undefined, purpose: "mail-from" } as const;
const MAIL_FROM = [
  required({ type: "MX", name: BOUNCE, ttl: 300, preference: 10, exchange: fqdn("feedback.example.net") }, owner),
  required({ type: "TXT", name: BOUNCE, ttl: 300, text: "v=spf1 -all" }, owner),
];
const EXPECTED = [...TOKENS.map((token) => dkim(token)), ...MAIL_FROM];
const mx = (...values: readonly string[]): RecordSet => ({ name: BOUNCE, type: "MX", ttl: 300, values });
const RIGHT = TOKENS.map((token) => cname(nameOf(token), child(token, KEYS)));

describe("a look at the records of DKIM and MAIL FROM", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
    world.zones.add({ name: KEYS, sets: [txt(child("t1", KEYS), KEY)] });
  });
  afterEach(() => world.close());

  const add = async (...sets: readonly RecordSet[]) => {
    world.zones.add({ name: DOMAIN, sets });
    await world.zones.settled();
  };
  /** Names that were looked at, with how often. */
  const looked: string[] = [];
  const look = (expected = EXPECTED, former = [] as typeof EXPECTED) => {
    looked.length = 0;
    const { lookAll } = world.authority;
    const authority: typeof world.authority = {
      ...world.authority,
      lookAll: (name, types, ctx) => {
        looked.push(`${name} ${types.join()}`);
        return lookAll(name, types, ctx);
      },
    };
    return lookAtSending(DOMAIN, expected, former, authority, world.ctx);
  };
  const keysOf = (seen: readonly { readonly name: Fqdn; readonly type: string }[]) =>
    seen.map(({ name, type }) => `${name} ${type}`).sort();

  it("looks at each name once, whatever it is for, and asks for a key where the records are right", async () => {
    await add(...RIGHT, mx("10 feedback.example.net."), txt(BOUNCE, "v=spf1 -all"));
    const { sightings, unread, probes, keys } = await look();
    assert.deepEqual(looked.sort(), [`${BOUNCE} MX,TXT`, ...TOKENS.map((token) => `${nameOf(token)} CNAME`)].sort());
    assert.deepEqual(keysOf(sightings), keysOf(EXPECTED.map(({ record }) => record)));
    assert.deepEqual([unread, probes], [[], []]);
    assert.deepEqual(
      keys?.map(({ identity, state }) => [identity, state]),
      [["us-east-1", "published"]],
    );
  });

  it("asks for no key where a record is wrong, and for one name that shows a wildcard", async () => {
    await add(...RIGHT.slice(0, 1), cname(`${nameOf("t2")}.${DOMAIN}`, child("t2", KEYS)));
    const { probes, keys } = await look(TOKENS.map((token) => dkim(token)));
    assert.deepEqual(keys, []);
    assert.equal(looked.filter((one) => one.startsWith("sesdomain-wildcard-probe.")).length, 1);
    assert.deepEqual(keysOf(probes), [
      "sesdomain-wildcard-probe._domainkey.example.com CNAME",
      "t2._domainkey.example.com.example.com CNAME",
    ]);
  });

  it("explains an MX that is not alone", async () => {
    await add(mx("10 feedback.example.net.", "20 mx.example.org."), txt(BOUNCE, "v=spf1 -all"));
    const { probes } = await look(MAIL_FROM);
    assert.deepEqual(keysOf(probes), ["sesdomain-wildcard-probe.example.com MX"]);
  });

  it("finds records of earlier tokens, and none that are gone", async () => {
    await add(...RIGHT, cname(nameOf("old1"), child("old1", KEYS)));
    const { probes } = await look(
      TOKENS.map((token) => dkim(token)),
      [dkim("old1"), dkim("old2")],
    );
    assert.deepEqual(keysOf(probes), [`${nameOf("old1")} CNAME`]);
  });

  it("asks no further where no server answers", async () => {
    await add(...RIGHT);
    await look(TOKENS.map((token) => dkim(token)));
    world.faults.dns("*", { lame: "REFUSED", within: DOMAIN });
    const { probes, keys } = await look(TOKENS.map((token) => dkim(token)));
    assert.equal(looked.length, TOKENS.length);
    assert.deepEqual([probes, keys], [[], []]);
  });

  it("tells what could not be read", async () => {
    const other = fqdn("unregistered.org");
    const { sightings, unread, keys } = await look([dkim("t1", other)]);
    assert.deepEqual([sightings, keys], [[], []]);
    assert.deepEqual(
      unread.map(({ name, code }) => [name, code]),
      [[nameOf("t1", other), "zone-unknown"]],
    );
  });
});
