import assert from "node:assert/strict";
import type { RecordSet } from "../../../emulator/records";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { required } from "../../../provider/dns/requirement";
import type { FurtherLooks } from "../../../provider/lifecycle/observation/mail-policies";
import { openLookTxt, openOtherLookup } from "../../../provider/lifecycle/observation/mail-records";
import { lookAtSending } from "../../../provider/lifecycle/observation/sending";
import { type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const DOMAIN = fqdn("example.com");
const BOUNCE = fqdn("bounce.example.com");
const POLICY = fqdn("_dmarc.example.com");
const AMAZON = fqdn("amazonses.com");
const REJECT = "v=DMARC1; p=reject";

describe("a look at SPF and DMARC", () => {
  let world: DnsWorld;
  let servers: readonly string[];
  beforeEach(async () => {
    world = await openDnsWorld();
    world.zones.add({ name: AMAZON, sets: [txt(AMAZON, "v=spf1 ip4:192.0.2.0/24 -all")] });
  });
  afterEach(() => world.close());

  const add = async (...sets: readonly RecordSet[]) => {
    const zone = world.zones.add({ name: DOMAIN, sets });
    servers = zone.servers.map(({ name }) => name);
    await world.zones.settled();
  };
  const ctx = () => ({ ...world.ctx, domain: DOMAIN });
  const wanted = (text: string, arn?: string, exchange = "feedback-smtp.us-east-1.amazonses.com") => {
    const owner = { identity: "us-east-1", arn, purpose: "mail-from" } as const;
    return [
      required({ type: "MX", name: BOUNCE, ttl: 300, preference: 10, exchange: fqdn(exchange) }, owner),
      required({ type: "TXT", name: BOUNCE, ttl: 300, text }, owner),
    ];
  };
  const SPF = "v=spf1 include:amazonses.com ~all";
  const looked: Fqdn[] = [];
  const look = (expected = wanted(SPF), further?: FurtherLooks) => {
    looked.length = 0;
    const authority: typeof world.authority = {
      ...world.authority,
      look: (name, type, given) => {
        if (type === "TXT") looked.push(name);
        return world.authority.look(name, type, given);
      },
    };
    return lookAtSending(DOMAIN, expected, [], authority, world.ctx, further);
  };
  const spfOf = async (expected = wanted(SPF)) => {
    const { spf = [] } = await look(expected);
    return spf.map(({ verdict }) => verdict && [verdict.passes, ...verdict.faults.map(({ code }) => code)]);
  };

  it("judges SPF from the look that was taken, and asks each included name once", async () => {
    await add(txt(BOUNCE, SPF));
    assert.deepEqual(await spfOf(), [[true]]);
    assert.deepEqual(looked, [AMAZON]);
  });

  it("says that there is none, and nothing of a name that could not be read", async () => {
    await add();
    assert.deepEqual(await spfOf(), [[false, "spf-missing"]]);
    world.faults.dns("*", { lame: "SERVFAIL", within: DOMAIN });
    assert.deepEqual(await spfOf(), [undefined]);
  });

  it("takes one definite answer, and leaves open what servers disagree on", async () => {
    await add(txt(BOUNCE, SPF));
    const [first = "", second = "", third = ""] = servers;
    world.faults.dns(first, { lame: "SERVFAIL" });
    assert.deepEqual(await openLookTxt(world.authority, ctx())(BOUNCE), { kind: "values", values: [SPF] });
    world.faults.dns(second, { lie: { type: "TXT", values: [] } });
    assert.deepEqual(await openLookTxt(world.authority, ctx())(BOUNCE), { kind: "unknown" });
    assert.deepEqual(await spfOf(), [undefined]);
    world.faults.dns(third, { lie: { type: "TXT", values: [] } });
    assert.deepEqual(await openLookTxt(world.authority, ctx())(BOUNCE), { kind: "absent" });
  });

  it("knows that nothing is below a name that does not exist, and leaves open what no server answers", async () => {
    const spf = fqdn("spf.unregistered.org");
    const ask = async () => [
      await openLookTxt(world.authority, ctx())(spf),
      await openOtherLookup(world.authority, ctx())(spf, "MX"),
    ];
    assert.deepEqual(await ask(), [{ kind: "absent" }, 0]);
    world.faults.dns("*", { lame: "SERVFAIL" });
    assert.deepEqual(await ask(), [{ kind: "unknown" }, undefined]);
  });

  it("counts MX records, and asks for no addresses", async () => {
    await add({ name: BOUNCE, type: "MX", ttl: 300, values: ["10 a.example.net.", "20 b.example.net."] });
    const other = openOtherLookup(world.authority, ctx());
    assert.deepEqual(
      [await other(BOUNCE, "MX"), await other(DOMAIN, "MX"), await other(BOUNCE, "address")],
      [2, 0, undefined],
    );
  });

  it("knows SES by the partition, and in China by what the program includes", async () => {
    await add(txt(BOUNCE, "v=spf1 include:spf.example.com -all"), txt("spf.example.com", "v=spf1 -all"));
    assert.deepEqual(await spfOf(), [[false, "spf-without-ses"]]);
    const text = "v=spf1 include:spf.example.com -all";
    assert.deepEqual(await spfOf(wanted(text, "arn:aws-us-gov:ses:us-gov-west-1:1:identity/a")), [
      [false, "spf-without-ses"],
    ]);
    assert.deepEqual(await spfOf(wanted(text, "arn:aws-cn:ses:cn-north-1:1:identity/a")), [[true]]);
    const chinese = wanted(text, undefined, "feedback-smtp.ses.cn-north-1.amazonaws.com.cn");
    assert.deepEqual(await spfOf(chinese), [[true]]);
  });

  it("looks for DMARC only where it is asked for, and then at the domain's own SPF, too", async () => {
    await add(txt(BOUNCE, SPF), txt(DOMAIN, SPF), txt(POLICY, `${REJECT}; aspf=s`));
    assert.equal((await look()).dmarc, undefined);
    const { dmarc, spf } = await look(wanted(SPF), { dmarc: true });
    assert.deepEqual(dmarc?.faults.map(({ code }) => code).sort(), ["dmarc-strict-spf", "not-aligned"]);
    assert.deepEqual(
      spf?.flatMap(({ verdict }) => verdict?.faults.map(({ code }) => code)),
      ["spf-at-domain-useless"],
    );
    assert.equal(new Set(looked).size, looked.length);
    const signed = [{ by: "dkim", identifier: DOMAIN }] as const;
    const { dmarc: aligned } = await look(wanted(SPF), { dmarc: true, identifiers: signed });
    assert.deepEqual(
      aligned?.faults.map(({ code }) => code),
      ["dmarc-strict-spf"],
    );
  });
});
