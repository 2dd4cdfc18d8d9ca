import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { type Applied, discoverDmarc, openPolicyLooks } from "../../../provider/mail/dmarc/discover";
import { listedOrganization, policyName, walkedDomains } from "../../../provider/mail/dmarc/names";
import { effectiveByList, effectiveByWalk, wayDifferences } from "../../../provider/mail/dmarc/policy";
import { DISCOVERY_CASES } from "../../support/mail/dmarc-zones";
import { lookIn, txtZone, type Zone } from "../../support/mail/zone";

const discover = (domain: string, zone: Zone) => discoverDmarc(fqdn(domain), openPolicyLooks(lookIn(zone).txt));

function told(applied: Applied, effective: typeof effectiveByWalk): string {
  switch (applied.kind) {
    case "found":
      return `${applied.at} ${applied.relation} ${effective(applied)?.existing.policy}`;
    case "several":
      return `several ${applied.at}`;
    case "unknown":
      return `unknown ${applied.domains.join(" ")}`;
    case "none":
      return "none";
  }
}

describe("the policy of a domain", () => {
  for (const { what, domain, zone, walk, list, organizations, differences, subdomains } of DISCOVERY_CASES) {
    it(`is found in both ways: ${what}`, async () => {
      const looks = lookIn(zone);
      const found = await discoverDmarc(fqdn(domain), openPolicyLooks(looks.txt));
      assert.equal(told(found.walk.applied, effectiveByWalk), walk);
      assert.equal(told(found.list.applied, effectiveByList), list);
      assert.deepEqual([found.walk.organization, found.list.organization], organizations);
      assert.deepEqual(
        [told(found.walk.subdomains, effectiveByWalk), told(found.list.subdomains, effectiveByList)],
        subdomains,
      );
      assert.deepEqual(wayDifferences(found), differences);
      assert.equal(new Set(looks.asked).size, looks.asked.length);
      assert.ok(looks.asked.length <= 9);
    });
  }

  it("is looked for at eight names at most, as RFC 9989 lists them", () => {
    assert.deepEqual(walkedDomains(fqdn("a.b.c.d.e.f.g.h.i.j.mail.example.com")).map(policyName), [
      "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
      "_dmarc.g.h.i.j.mail.example.com",
      "_dmarc.h.i.j.mail.example.com",
      "_dmarc.i.j.mail.example.com",
      "_dmarc.j.mail.example.com",
      "_dmarc.mail.example.com",
      "_dmarc.example.com",
      "_dmarc.com",
    ]);
    for (let labels = 1; labels < 30; labels++) {
      const name = fqdn(Array.from({ length: labels }, (_, at) => `l${at}`).join("."));
      assert.equal(walkedDomains(name).length, Math.min(labels, 8));
      // A walk from a subdomain asks nothing new.
      const below = walkedDomains(fqdn(`x.${name}`)).slice(1);
      assert.ok(below.every((one) => walkedDomains(name).includes(one)));
    }
  });

  it("has the organisational domain of the whole list", () => {
    for (const [name, organization] of [
      ["mail.example.com", "example.com"],
      ["a.b.example.co.uk", "example.co.uk"],
      ["a.somebody.github.io", "somebody.github.io"],
      ["co.uk", "co.uk"],
      ["a.example.notatld", "example.notatld"],
    ] as const) {
      assert.equal(listedOrganization(fqdn(name)), organization);
    }
  });

  it("depends on whether the domain exists, on t and on pct", async () => {
    const { walk, list } = await discover(
      "mail.example.com",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject; sp=quarantine; np=reject; t=y; pct=30" }),
    );
    assert.deepEqual(effectiveByWalk(walk.applied), {
      existing: { policy: "quarantine", from: "sp", applies: true, enforced: "none", pct: 100 },
      nonExistent: { policy: "reject", from: "np", applies: true, enforced: "quarantine", pct: 100 },
    });
    const byList = { policy: "quarantine", from: "sp", applies: true, enforced: "quarantine", pct: 30 };
    assert.deepEqual(effectiveByList(list.applied), { existing: byList, nonExistent: byList });
  });

  it("is none without a valid policy: applied where reports are wanted", async () => {
    for (const [text, applies] of [
      ["v=DMARC1; rua=mailto:d@example.com", true],
      ["v=DMARC1; p=maybe; rua=mailto:d@example.com", true],
      ["v=DMARC1; p=reject; sp=maybe; rua=mailto:d@example.com", true],
      ["v=DMARC1; p=maybe", false],
      ["v=DMARC1; p=reject; sp=maybe; rua=d@example.com", false],
      ["v=DMARC1", undefined],
      ["v=DMARC1; sp=reject", undefined],
    ] as const) {
      const { walk, list } = await discover("example.com", txtZone({ "_dmarc.example.com": text }));
      for (const effective of [effectiveByWalk(walk.applied), effectiveByList(list.applied)]) {
        assert.deepEqual([effective?.existing.policy, effective?.existing.applies], ["none", applies], text);
      }
    }
  });

  it("is not asked for at a name that is too long for DNS", async () => {
    const long = fqdn(`${"x".repeat(63)}.${"y".repeat(63)}.${"z".repeat(63)}.${"w".repeat(49)}.example.com`);
    const looks = lookIn({});
    const { own } = await discoverDmarc(long, openPolicyLooks(looks.txt));
    assert.equal(own.kind, "none");
    assert.ok(looks.asked.every((name) => name.length <= 253));
  });
});
