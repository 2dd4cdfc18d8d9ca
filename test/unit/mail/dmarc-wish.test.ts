import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { discoverDmarc, openPolicyLooks } from "../../../provider/mail/dmarc/discover";
import { judgeWish, wishFaults } from "../../../provider/mail/dmarc/wish";
import { lookIn, txtZone, type Zone } from "../../support/mail/zone";

const WISH = "v=DMARC1; p=none; rua=mailto:dmarc@example.com";

async function judge(text: string, zone: Zone, domain = "example.com") {
  return judgeWish(text, await discoverDmarc(fqdn(domain), openPolicyLooks(lookIn(zone).txt)));
}

describe("a DMARC record that a program wants", () => {
  for (const [what, text, zone, domain, kind, reasons] of [
    ["is written where there is none", WISH, {}, "example.com", "write", []],
    ["is written next to other values", WISH, txtZone({ "_dmarc.example.com": "hello" }), "example.com", "write", []],
    ["is written below p=none", WISH, txtZone({ "_dmarc.example.com": WISH }), "m.example.com", "write", []],
    [
      "is written below a reject that it repeats",
      "v=DMARC1; p=reject",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "write",
      [],
    ],
    [
      "is written below a weaker one for subdomains",
      "v=DMARC1; p=quarantine",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject; sp=none" }),
      "m.example.com",
      "write",
      [],
    ],
    [
      "is not written over one",
      WISH,
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "example.com",
      "present",
      [],
    ],
    [
      "is not written over two",
      WISH,
      txtZone({ "_dmarc.example.com": ["v=DMARC1; p=reject", "v=DMARC1; p=none"] }),
      "example.com",
      "present",
      [],
    ],
    [
      "is not written next to one that was meant",
      WISH,
      txtZone({ "_dmarc.example.com": " v=DMARC1; p=reject" }),
      "example.com",
      "present",
      [],
    ],
    [
      "is not written where the name has no answer",
      WISH,
      { "_dmarc.example.com": { failing: true } },
      "example.com",
      "unknown",
      [],
    ],
    [
      "is not written where a parent's name has no answer",
      WISH,
      { "_dmarc.example.com": { failing: true } },
      "m.example.com",
      "unknown",
      [],
    ],
    [
      "never weakens a policy",
      WISH,
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "never weakens a subdomain policy",
      "v=DMARC1; p=none",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=none; sp=quarantine" }),
      "m.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "never weakens one that only the walk finds",
      WISH,
      txtZone({ "_dmarc.b.example.com": "v=DMARC1; p=reject" }),
      "a.b.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "never weakens one that only the list finds",
      WISH,
      txtZone({ "_dmarc.b.example.com": "v=DMARC1; p=none; psd=n", "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "a.b.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "never weakens one for names that do not exist",
      "v=DMARC1; p=none",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=none; np=reject" }),
      "m.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "is weaker through t",
      "v=DMARC1; p=reject; t=y",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "is weaker through pct",
      "v=DMARC1; p=reject; pct=10",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "weaker",
      ["policy"],
    ],
    [
      "is weaker through relaxed modes",
      "v=DMARC1; p=reject",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject; adkim=s; aspf=s" }),
      "m.example.com",
      "weaker",
      ["dkim-alignment", "spf-alignment"],
    ],
    ["is refused in small letters", "v=dmarc1; p=none", {}, "example.com", "invalid", ["case"]],
    ["is refused with a blank in front", ` ${WISH}`, {}, "example.com", "invalid", ["leading-blank"]],
    ["is refused in quotes", `"${WISH}"`, {}, "example.com", "invalid", ["quoted"]],
    ["is valid without a policy", "v=DMARC1; rua=mailto:d@example.com", {}, "example.com", "write", []],
    ["is valid with the policy last", "v=DMARC1; rua=mailto:d@example.com; p=none", {}, "example.com", "write", []],
    [
      "never weakens the policy of subdomains, which psd=n takes over",
      "v=DMARC1; p=reject; sp=none; psd=n",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "weaker",
      ["subdomain-policy"],
    ],
    [
      "leaves the policy of subdomains alone without psd=n",
      "v=DMARC1; p=reject; sp=none",
      txtZone({ "_dmarc.example.com": "v=DMARC1; p=reject" }),
      "m.example.com",
      "write",
      [],
    ],
    [
      "never weakens the policy of a public suffix",
      "v=DMARC1; p=reject; sp=none",
      txtZone({ "_dmarc.co.uk": "v=DMARC1; p=reject; psd=y" }),
      "example.co.uk",
      "weaker",
      ["subdomain-policy"],
    ],
    ["is refused with a broken address", "v=DMARC1; p=none; rua=d@example.com", {}, "example.com", "invalid", ["uri"]],
    ["is refused for a public suffix", "v=DMARC1; p=none; psd=y", {}, "example.com", "invalid", ["public-suffix"]],
    ["is refused as SPF", "v=spf1 -all", {}, "example.com", "invalid", ["spf-at-dmarc"]],
    ["is refused as another text", "hello", {}, "example.com", "invalid", ["version"]],
    [
      "is refused where it is too long",
      `${WISH}${",mailto:a@example.com".repeat(200)}`,
      {},
      "example.com",
      "invalid",
      ["too-long"],
    ],
    ["is refused with two lines", `${WISH}\n`, {}, "example.com", "invalid", ["character"]],
  ] satisfies readonly (readonly [string, string, Zone, string, string, readonly string[]])[]) {
    it(what, async () => {
      const verdict = await judge(text, zone, domain);
      assert.equal(verdict.kind, kind);
      assert.deepEqual("faults" in verdict ? verdict.faults.map(({ reason }) => reason) : [], reasons);
    });
  }

  it("is judged by itself, without DNS", () => {
    const domain = fqdn("example.com");
    assert.deepEqual(wishFaults(domain, WISH), []);
    const [fault] = wishFaults(domain, "v=DMARC1; p=nun");
    assert.deepEqual([fault?.code, fault?.reason, fault?.name], ["dmarc-syntax", "policy", "_dmarc.example.com"]);
  });

  it("has notes of what RFC 7489 reads in another way", async () => {
    const verdict = await judge("v=DMARC1; rua=mailto:d@example.com; p=none", {});
    assert.deepEqual("notes" in verdict ? verdict.notes.map(({ reason, level }) => [reason, level]) : [], [
      ["policy-not-second", "older"],
    ]);
  });

  it("has notes of what has no effect", async () => {
    const verdict = await judge("v=DMARC1; p=none; pct=50; x=y", {});
    assert.deepEqual("notes" in verdict ? verdict.notes.map(({ code, reason }) => [code, reason]) : [], [
      ["dmarc-obsolete-tags", "obsolete-tag"],
      ["dmarc-syntax", "unknown-tag"],
    ]);
  });
});
