import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { spanText } from "../../../provider/mail/span";
import { judgeSpf, type SpfVerdict } from "../../../provider/mail/spf/judge";
import { parseSpf } from "../../../provider/mail/spf/parse";
import { SES_INCLUDES, uselessSpf } from "../../../provider/mail/spf/ses";
import { MAIL_FROM, SPF_CASES, SPF_ZONE } from "../../support/mail/spf-records";
import { lookIn, txtZone, type Zone } from "../../support/mail/zone";

const domain = fqdn(MAIL_FROM);
const SES_NAMES = ["amazonses.com"];

async function judge(values: readonly string[], zone: Zone = SPF_ZONE): Promise<SpfVerdict> {
  const looks = lookIn(zone);
  const seen = values.length === 0 ? ({ kind: "absent" } as const) : ({ kind: "values", values } as const);
  return judgeSpf(domain, seen, { txt: looks.txt, other: looks.other, sesNames: SES_NAMES });
}

const told = ({ faults }: SpfVerdict) => faults.map(({ code, reason }) => `${code} ${reason}`);

describe("SPF records", () => {
  for (const { what, values, faults, passes, lookups, voids, all } of SPF_CASES) {
    it(`are judged: ${what}`, async () => {
      const verdict = await judge(values);
      const { evaluation } = verdict;
      assert.deepEqual(told(verdict), faults);
      assert.equal(verdict.passes, passes);
      if (lookups !== undefined) assert.equal(evaluation?.lookups.count, lookups);
      if (voids !== undefined) assert.deepEqual(evaluation?.voids, { count: voids, complete: true });
      if (all !== undefined) {
        const end = evaluation?.all;
        assert.equal(end?.kind === "all" ? end.qualifier : end?.kind, all);
      }
    });
  }

  it("tell where a fault is", () => {
    for (const [text, marked] of [
      ["v=spf1 ip4:256.0.0.1 -all", "256.0.0.1"],
      ["v=spf1  ip4:192.0.2.0/33  -all", "/33"],
      ["v=spf1 foo:bar -all", "foo:bar"],
      ["v=spf1 exists:a.%{x}.example.com -all", "%{"],
      ["v=spf1 include:amazonses.com~all", "~all"],
      ["v=spf1 include:a..example.com -all", "a..example.com"],
      ["v=spf1 mx:example.com/24//129 -all", "/24//129"],
      ["v=spf1 a:b\u00fc.example -all", "\u00fc"],
      ["v=spf1 redirect=a.example redirect=b.example", "redirect=b.example"],
      ["v=spf1 all:x", ":x"],
    ] as const) {
      const { faults } = parseSpf(text);
      assert.deepEqual(
        faults.map(({ span }) => spanText(text, span)),
        [marked],
      );
    }
  });

  it("are read term by term", () => {
    const { terms, faults } = parseSpf(
      "V=SPF1 ~MX:Mail.Example.COM/24//64 ?exists:%{i}._spf.example.com Exp=Why.Example.com -ALL",
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(
      terms.map((term) => [term.kind, term.name, term.domain?.name, term.domain?.macros]),
      [
        ["mechanism", "mx", "mail.example.com", false],
        ["mechanism", "exists", undefined, true],
        ["modifier", "exp", "why.example.com", false],
        ["mechanism", "all", undefined, undefined],
      ],
    );
    const [mx] = terms;
    assert.ok(mx?.kind === "mechanism");
    assert.deepEqual([mx.qualifier, mx.prefix4, mx.prefix6], ["~", 24, 64]);
  });

  it("leave open what was not seen, and never say too many without evidence", async () => {
    const unseen = await judgeSpf(domain, { kind: "unknown" }, { txt: lookIn({}).txt, sesNames: SES_NAMES });
    assert.deepEqual([unseen.passes, unseen.faults], [undefined, []]);
    const silent: Zone = { "a.example.net": { failing: true }, "amazonses.com": { failing: true } };
    const { evaluation, passes, faults } = await judge(
      [`v=spf1 ${"include:a.example.net ".repeat(9)}include:amazonses.com -all`],
      silent,
    );
    assert.deepEqual(evaluation?.lookups, { count: 10, complete: false });
    assert.deepEqual(faults, []);
    assert.equal(passes, undefined);
    // SES's own record need not be seen for mail of SES to pass.
    assert.equal((await judge(["v=spf1 include:amazonses.com -all"], silent)).passes, true);
    // Without the other look-ups the number of void ones stays open.
    const alone = await judgeSpf(
      domain,
      { kind: "values", values: ["v=spf1 a mx include:amazonses.com -all"] },
      { txt: lookIn(SPF_ZONE).txt, sesNames: SES_NAMES },
    );
    assert.deepEqual(alone.evaluation?.voids, { count: 0, complete: false });
    assert.deepEqual(alone.faults, []);
  });

  it("name the chain of names to a fault", async () => {
    const { faults } = await judge(["v=spf1 include:loop-a.example.org ~all"]);
    assert.deepEqual(faults[0]?.names, [MAIL_FROM, "loop-a.example.org", "loop-b.example.org", "loop-a.example.org"]);
    const { evaluation } = await judge(["v=spf1 include:_spf.example.org ~all"]);
    assert.deepEqual(evaluation?.reached[0]?.chain, [MAIL_FROM, "_spf.example.org", "amazonses.com"]);
  });

  it("ask each name once, and no more than twenty names, however much a record includes", async () => {
    const fan: Record<string, string> = {};
    for (let at = 0; at < 400; at++) {
      fan[`f${at}.example.net`] =
        `v=spf1 ${[1, 2, 3].map((by) => `include:f${(at * 3 + by) % 400}.example.net`).join(" ")} ~all`;
    }
    const looks = lookIn(txtZone(fan));
    const values = [
      `v=spf1 ${Object.keys(fan)
        .map((name) => `include:${name}`)
        .join(" ")} ~all`,
    ];
    const { evaluation, faults } = await judgeSpf(
      domain,
      { kind: "values", values },
      { txt: looks.txt, sesNames: SES_NAMES },
    );
    assert.equal(new Set(looks.asked).size, looks.asked.length);
    assert.ok(looks.asked.length <= 20, String(looks.asked.length));
    assert.equal(evaluation?.lookups.complete, false);
    assert.ok(faults.some(({ reason }) => reason === "too-many-lookups"));
  });

  it("ask for no name that receivers do not ask for", async () => {
    const looks = lookIn(SPF_ZONE);
    const values = ["v=spf1 ip4:192.0.2.1 ~all include:_n1.example.net redirect=_spf.example.org exp=_n2.example.net"];
    await judgeSpf(domain, { kind: "values", values }, { txt: looks.txt, sesNames: SES_NAMES });
    assert.deepEqual(looks.asked, []);
  });

  it("are asked for side by side", async () => {
    let waiting = 0;
    let most = 0;
    const { txt } = lookIn(SPF_ZONE);
    await judgeSpf(
      domain,
      {
        kind: "values",
        values: ["v=spf1 include:_n1.example.net include:_n2.example.net include:_n3.example.net -all"],
      },
      {
        sesNames: SES_NAMES,
        async txt(name) {
          waiting += 1;
          most = Math.max(most, waiting);
          await new Promise((resolve) => setImmediate(resolve));
          waiting -= 1;
          return txt(name);
        },
      },
    );
    assert.equal(most, 3);
  });
});

describe("SPF of SES", () => {
  it("is looked for under the partition's name", () => {
    assert.equal(SES_INCLUDES.aws, "amazonses.com");
    assert.equal(SES_INCLUDES["aws-cn"], undefined);
  });

  it("has no effect at the domain itself", () => {
    const seen = { kind: "values", values: ["v=spf1 include:_spf.example.net include:amazonses.com ~all"] } as const;
    const faults = uselessSpf(fqdn("example.com"), seen, domain, SES_NAMES);
    assert.deepEqual(
      faults.map(({ code, name, text, span }) => [code, name, span && text && spanText(text, span)]),
      [["spf-at-domain-useless", "example.com", "include:amazonses.com"]],
    );
    assert.deepEqual(uselessSpf(domain, seen, domain, SES_NAMES), []);
    assert.deepEqual(
      uselessSpf(fqdn("example.com"), { kind: "values", values: ["v=spf1 -all"] }, domain, SES_NAMES),
      [],
    );
    assert.deepEqual(uselessSpf(fqdn("example.com"), { kind: "unknown" }, domain, SES_NAMES), []);
  });
});
