import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { discoverDmarc, openPolicyLooks } from "../../../provider/mail/dmarc/discover";
import { inspectDmarc } from "../../../provider/mail/dmarc/inspect";
import { appliedRecords, judgeDestinations, reportDestinations } from "../../../provider/mail/dmarc/reports";
import type { MailFault } from "../../../provider/mail/fault";
import { spanText } from "../../../provider/mail/span";
import { lookIn, txtZone, type Zone } from "../../support/mail/zone";

interface Sender {
  readonly domain?: string;
  readonly dkim?: readonly string[];
  readonly mailFrom?: string;
}

/** Everything of one domain, as the doctor would ask it. */
function judge(zone: Zone, { domain = "example.com", dkim = [domain], mailFrom }: Sender = {}) {
  return inspectDmarc(
    fqdn(domain),
    [
      ...dkim.map((one) => ({ by: "dkim" as const, identifier: fqdn(one) })),
      ...(mailFrom === undefined ? [] : [{ by: "spf" as const, identifier: fqdn(mailFrom) }]),
    ],
    lookIn(zone).txt,
  );
}

const told = (faults: readonly MailFault[]) => faults.map(({ code, reason }) => `${code} ${reason}`).sort();
const marked = ({ text, span }: MailFault) =>
  text === undefined || span === undefined ? undefined : spanText(text, span);

const GOOD = "v=DMARC1; p=reject; rua=mailto:d@example.com";

describe("the faults of DMARC", () => {
  for (const [what, zone, sender, faults] of [
    ["none where all is well", txtZone({ "_dmarc.example.com": GOOD }), { mailFrom: "bounce.example.com" }, []],
    ["no record", {}, {}, ["dmarc-missing missing"]],
    [
      "a record that no receiver reads",
      txtZone({ "_dmarc.example.com": ` ${GOOD}` }),
      {},
      ["dmarc-syntax leading-blank"],
    ],
    ["p=none", txtZone({ "_dmarc.example.com": "v=DMARC1; p=none" }), {}, ["dmarc-none p"]],
    ["no p", txtZone({ "_dmarc.example.com": "v=DMARC1" }), {}, ["dmarc-none default", "dmarc-syntax policy-missing"]],
    [
      "p that is not known",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=all" }),
      {},
      ["dmarc-none ignored", "dmarc-syntax policy"],
    ],
    [
      "a policy that is only tested",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=quarantine; t=y" }),
      {},
      ["dmarc-none testing"],
    ],
    [
      "an inherited record",
      txtZone({ "_dmarc.example.com": GOOD }),
      { domain: "m.example.com" },
      ["dmarc-inherited organization"],
    ],
    [
      "sp=none, inherited",
      txtZone({ "_dmarc.example.com": `${GOOD}; sp=none` }),
      { domain: "m.example.com" },
      ["dmarc-inherited organization", "dmarc-none sp"],
    ],
    [
      "two records",
      txtZone({ "_dmarc.example.com": [GOOD, "v=DMARC1; p=none"] }),
      {},
      ["dmarc-several several", "dmarc-several several"],
    ],
    [
      "two records, and one that is inherited",
      txtZone({ "_dmarc.m.example.com": [GOOD, GOOD.replace("d@", "e@")], "_dmarc.example.com": GOOD }),
      { domain: "m.example.com" },
      [
        "dmarc-inherited organization",
        "dmarc-several several",
        "dmarc-several several",
        "dmarc-walk-differs policy",
        "dmarc-walk-differs record",
      ],
    ],
    [
      "obsolete tags",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject; pct=50; rf=afrf; rua=mailto:d@example.com!10m" }),
      {},
      ["dmarc-obsolete-tags obsolete-tag", "dmarc-obsolete-tags obsolete-tag", "dmarc-obsolete-tags size-limit"],
    ],
    [
      "strict SPF",
      txtZone({ "_dmarc.example.com": `${GOOD}; aspf=s` }),
      { mailFrom: "bounce.example.com" },
      ["dmarc-strict-spf mail-from"],
    ],
    [
      "strict SPF without a MAIL FROM",
      txtZone({ "_dmarc.example.com": `${GOOD}; aspf=s` }),
      {},
      ["dmarc-strict-spf mail-from"],
    ],
    [
      "strict SPF from the MAIL FROM name",
      txtZone({ "_dmarc.example.com": `${GOOD}; aspf=s` }),
      { mailFrom: "example.com" },
      [],
    ],
    ["strict DKIM", txtZone({ "_dmarc.example.com": `${GOOD}; adkim=s` }), {}, ["dmarc-strict-dkim subdomains"]],
    [
      "strict DKIM with the parent's signature",
      txtZone({ "_dmarc.example.com": `${GOOD}; adkim=s` }),
      { domain: "m.example.com", dkim: ["example.com"] },
      ["dmarc-inherited organization", "dmarc-strict-dkim domain", "not-aligned both"],
    ],
    [
      "nothing aligned",
      txtZone({ "_dmarc.example.com": GOOD }),
      { dkim: ["amazonses.com"], mailFrom: "us-east-1.amazonses.com" },
      ["not-aligned both"],
    ],
    ["no signature", txtZone({ "_dmarc.example.com": GOOD }), { dkim: [] }, ["not-aligned both"]],
    [
      "MAIL FROM alone aligned",
      txtZone({ "_dmarc.example.com": GOOD }),
      { dkim: ["amazonses.com"], mailFrom: "bounce.example.com" },
      [],
    ],
    [
      "psd=n between the domain and its MAIL FROM",
      txtZone({ "_dmarc.example.com": GOOD, "_dmarc.b.example.com": "v=DMARC1; p=none; psd=n" }),
      { dkim: [], mailFrom: "x.b.example.com" },
      ["dmarc-walk-differs alignment", "not-aligned by-walk"],
    ],
    [
      "a sibling as MAIL FROM, without a record at the organisational domain",
      txtZone({ "_dmarc.m.example.com": GOOD.replace("@", "@m.") }),
      { domain: "m.example.com", dkim: [], mailFrom: "bounce.example.com" },
      ["dmarc-walk-differs alignment", "dmarc-walk-differs subdomain-policy", "not-aligned by-walk"],
    ],
    [
      "a record at the domain itself",
      txtZone({ "example.com": [GOOD, "v=spf1 -all"] }),
      {},
      ["dmarc-misplaced at-domain", "dmarc-missing missing"],
    ],
    [
      "a record at both",
      txtZone({ "example.com": GOOD, "_dmarc.example.com": GOOD }),
      {},
      ["dmarc-misplaced at-domain"],
    ],
    [
      "a doubled name",
      txtZone({ "_dmarc.example.com.example.com": GOOD }),
      {},
      ["dmarc-misplaced name-doubled", "dmarc-missing missing"],
    ],
    [
      "no underscore",
      txtZone({ "dmarc.example.com": GOOD }),
      {},
      ["dmarc-misplaced no-underscore", "dmarc-missing missing"],
    ],
    [
      "a doubled label",
      txtZone({ "_dmarc._dmarc.example.com": GOOD }),
      {},
      ["dmarc-misplaced label-doubled", "dmarc-missing missing"],
    ],
    [
      "below _domainkey",
      txtZone({ "_dmarc._domainkey.example.com": GOOD }),
      {},
      ["dmarc-misplaced at-domainkey", "dmarc-missing missing"],
    ],
    [
      "SPF at the policy name",
      txtZone({ "_dmarc.example.com": "v=spf1 include:amazonses.com ~all" }),
      {},
      ["dmarc-misplaced spf-at-dmarc", "dmarc-missing missing"],
    ],
    ["a policy name without an answer", { "_dmarc.example.com": { failing: true } }, {}, []],
    ["a parent's name without an answer", { "_dmarc.example.com": { failing: true } }, { domain: "m.example.com" }, []],
    [
      "a public suffix's record",
      txtZone({ "_dmarc.co.uk": "v=DMARC1; p=reject; psd=y" }),
      { domain: "example.co.uk" },
      [
        "dmarc-inherited public-suffix",
        "dmarc-walk-differs policy",
        "dmarc-walk-differs record",
        "dmarc-walk-differs subdomain-policy",
      ],
    ],
  ] satisfies readonly (readonly [string, Zone, Sender, readonly string[]])[]) {
    it(`are told: ${what}`, async () => {
      assert.deepEqual(told((await judge(zone, sender)).faults), faults);
    });
  }

  it("are found with each name asked once, and other places only where there is no record", async () => {
    for (const [zone, elsewhere] of [
      [txtZone({ "_dmarc.example.com": GOOD }), 0],
      [{ "_dmarc.example.com": { failing: true } }, 0],
      [{}, 4],
    ] as const) {
      const looks = lookIn(zone);
      await inspectDmarc(fqdn("example.com"), [{ by: "spf", identifier: fqdn("bounce.example.com") }], looks.txt);
      assert.equal(new Set(looks.asked).size, looks.asked.length);
      assert.ok(looks.asked.includes("example.com"));
      const usual = ["example.com", "_dmarc.example.com", "_dmarc.com", "_dmarc.bounce.example.com"];
      assert.equal(looks.asked.filter((name) => !usual.includes(name)).length, elsewhere);
    }
  });

  it("have the place in the value", async () => {
    for (const [text, code, place] of [
      ["v=DMARC1; p=reject; pct=50", "dmarc-obsolete-tags", "pct=50"],
      ["v=DMARC1; p=none", "dmarc-none", "p=none"],
      ["v=DMARC1; p=quarantine; t=y", "dmarc-none", "t=y"],
      ["v=DMARC1; p=reject; adkim=s", "dmarc-strict-dkim", "adkim=s"],
      [
        "v=DMARC1; p=reject; rua=mailto:d@example.com,mailto:r@example.net",
        "dmarc-report-unauthorised",
        "mailto:r@example.net",
      ],
    ] as const) {
      const { faults } = await judge(txtZone({ "_dmarc.example.com": text }));
      const fault = faults.find((one) => one.code === code);
      assert.equal(fault && marked(fault), place);
    }
  });
});

describe("the alignment of mail", () => {
  it("is not judged without a policy, and unknown where a name was not seen", async () => {
    assert.equal((await judge({})).alignment.walk, "no-policy");
    const zone: Zone = {
      ...txtZone({ "_dmarc.example.com": GOOD }),
      "_dmarc.bounce.example.com": { failing: true },
    };
    const { alignment, faults } = await judge(zone, { dkim: [], mailFrom: "bounce.example.com" });
    assert.deepEqual([alignment.walk, alignment.list, told(faults)], ["unknown", "aligned", []]);
    assert.equal((await judge(zone, { mailFrom: "bounce.example.com" })).alignment.walk, "aligned");
  });

  it("follows the example of RFC 9989, appendix B.4.3", async () => {
    const zone = txtZone({
      "_dmarc.bank.example": "v=DMARC1; p=reject; psd=y",
      "_dmarc.giant.bank.example": "v=DMARC1; p=reject",
    });
    const { alignment, discovery } = await judge(zone, {
      domain: "giant.bank.example",
      dkim: ["mail.mega.bank.example"],
      mailFrom: "mail.giant.bank.example",
    });
    assert.equal(discovery.walk.organization, "giant.bank.example");
    assert.deepEqual(
      alignment.identifiers.map(({ walk }) => walk),
      ["not-aligned", "aligned"],
    );
  });
});

describe("report addresses elsewhere", () => {
  const NAME = "example.com._report._dmarc.reports.example.net";
  const asking = "v=DMARC1; p=reject; rua=mailto:r@reports.example.net; ruf=mailto:f@reports.example.net";
  for (const [what, answer, authorisation] of [
    ["the version alone", ["v=DMARC1"], "authorised"],
    ["the version and a semicolon", ["v=DMARC1;"], "authorised"],
    ["a record among others", ["hello", "v=DMARC1"], "authorised"],
    ["several records", ["v=DMARC1", "v=DMARC1;"], "authorised"],
    [
      "another address on the host",
      ["v=DMARC1; rua=mailto:x@reports.example.net; ruf=mailto:x@reports.example.net"],
      "authorised",
    ],
    ["another host", ["v=DMARC1; rua=mailto:x@example.org; ruf=mailto:x@example.org"], "redirected-elsewhere"],
    ["nothing", [], "absent"],
    ["another text", ["v=spf1 -all"], "absent"],
    ["another version", ["v=DMARC2"], "absent"],
  ] as const) {
    it(`are allowed by their host or not: ${what}`, async () => {
      const zone = { ...txtZone({ "_dmarc.example.com": asking }), [NAME]: { txt: answer } };
      const { destinations, faults } = await judge(zone);
      assert.deepEqual(
        destinations.map((one) => [one.tag, one.name, one.authorisation]),
        [
          ["rua", NAME, authorisation],
          ["ruf", NAME, authorisation],
        ],
      );
      const wrong = authorisation === "authorised" ? [] : [`dmarc-report-unauthorised ${authorisation}`];
      assert.deepEqual(told(faults), [...wrong, ...wrong]);
      assert.ok(faults.every(({ names }) => names?.[0] === NAME));
    });
  }

  it("are those of another organisation, by either way", async () => {
    const at = (zone: Record<string, string>, rua: string) =>
      judge(txtZone({ "_dmarc.example.com": `v=DMARC1; p=reject; rua=${rua}`, ...zone }));
    const inside = await at({}, "mailto:a@example.com,mailto:b@reports.example.com,https://elsewhere.example.net/");
    assert.deepEqual(
      inside.destinations.map(({ authorisation }) => authorisation),
      ["inside", "inside"],
    );
    const cut = await at({ "_dmarc.own.example.com": "v=DMARC1; p=none; psd=n" }, "mailto:a@own.example.com");
    assert.deepEqual(told(cut.faults), ["dmarc-report-unauthorised absent-by-walk"]);
  });

  it("are judged for each tag by itself", async () => {
    const zone = txtZone({ "_dmarc.example.com": asking, [NAME]: "v=DMARC1; ruf=mailto:x@example.org" });
    const { destinations } = await judge(zone);
    assert.deepEqual(
      destinations.map(({ authorisation }) => authorisation),
      ["authorised", "redirected-elsewhere"],
    );
  });

  it("of a host elsewhere take one question", async () => {
    const looks = lookIn(txtZone({ "_dmarc.example.com": asking }));
    await inspectDmarc(fqdn("example.com"), [], looks.txt);
    assert.deepEqual(
      looks.asked.filter((name) => name.includes("example.net")),
      [NAME],
    );
  });

  it("are unknown, and no fault, where the host's name has no answer", async () => {
    const zone = { ...txtZone({ "_dmarc.example.com": asking }), [NAME]: { failing: true } };
    const { destinations, faults } = await judge(zone);
    assert.deepEqual(new Set(destinations.map((one) => one.authorisation)), new Set(["unknown"]));
    assert.deepEqual(faults, []);
  });

  it("are asked for ten hosts at most, and never under a name that is too long", async () => {
    const many = Array.from({ length: 30 }, (_, at) => `mailto:a@h${at}.example${at}.net`).join(",");
    const looks = lookIn(txtZone({ "_dmarc.example.com": `v=DMARC1; p=reject; rua=${many}` }));
    const policies = openPolicyLooks(looks.txt);
    const discovery = await discoverDmarc(fqdn("example.com"), policies);
    const destinations = await judgeDestinations(
      await reportDestinations(appliedRecords(discovery), policies),
      looks.txt,
    );
    assert.equal(destinations.filter(({ authorisation }) => authorisation === "unasked").length, 20);
    assert.equal(looks.asked.filter((name) => name.includes("._report._dmarc.")).length, 10);
    const long = `${"x".repeat(60)}.`.repeat(4);
    const [only] = (await judge(txtZone({ "_dmarc.example.com": `v=DMARC1; p=reject; rua=mailto:a@${long}net` })))
      .destinations;
    assert.deepEqual([only?.name, only?.authorisation], [undefined, "too-long"]);
  });
});
