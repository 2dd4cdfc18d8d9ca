import assert from "node:assert/strict";
import fc from "fast-check";
import { fqdn } from "../../../provider/core/fqdn";
import { discoverDmarc, openPolicyLooks } from "../../../provider/mail/dmarc/discover";
import { dmarcFaults } from "../../../provider/mail/dmarc/judge";
import { parseDmarc } from "../../../provider/mail/dmarc/parse";
import { appliedRecords, judgeDestinations, reportDestinations } from "../../../provider/mail/dmarc/reports";
import { selectDmarc } from "../../../provider/mail/dmarc/select";
import { judgeWish } from "../../../provider/mail/dmarc/wish";
import { LONGEST_VALUE, type Span } from "../../../provider/mail/span";
import { evaluateSpf } from "../../../provider/mail/spf/evaluate";
import { judgeSpf } from "../../../provider/mail/spf/judge";
import { parseSpf } from "../../../provider/mail/spf/parse";
import { selectSpf } from "../../../provider/mail/spf/select";
import { anyCharacter } from "../../support/any-character";
import { lookIn, txtZone } from "../../support/mail/zone";
import { sampled } from "../../support/sample";

const PIECES = [
  ...[
    "v=spf1",
    "v=DMARC1",
    " ",
    ";",
    "=",
    ":",
    ",",
    "!",
    "/",
    "//",
    ".",
    "%",
    "%{",
    "}",
    "%{d2r.}",
    "%%",
    "-",
    "~",
    "+",
    "?",
    "@",
    "\t",
  ],
  ...[
    "all",
    "include",
    "redirect=",
    "exp=",
    "a",
    "mx",
    "ptr",
    "ip4",
    "ip6",
    "exists",
    "p",
    "sp",
    "np",
    "psd",
    "t",
    "fo",
    "rua",
    "adkim",
  ],
  ...[
    "none",
    "reject",
    "mailto:a@example.com",
    "192.0.2.1",
    "2001:db8::1",
    "24",
    "33",
    "example.com",
    "x.example.net",
    "amazonses.com",
  ],
] as const;

const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: anyCharacter });
const anyText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
const spfText = anyText.map((text) => `v=spf1 ${text}`);
const dmarcText = anyText.map((text) => `v=DMARC1;${text}`);
const anyValue = fc.oneof(anyText, spfText, dmarcText);
const RUNS = { numRuns: sampled(5_000) };

function assertWithin(text: string, spans: readonly { readonly span: Span }[]): void {
  for (const { span } of spans) assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
}

describe("any value", () => {
  it("is read without an exception, and each span is within it", () => {
    fc.assert(
      fc.property(anyValue, (text) => {
        const spf = parseSpf(text);
        const dmarc = parseDmarc(text);
        assertWithin(text, [
          ...spf.terms,
          ...spf.faults,
          ...spf.suspicious,
          ...dmarc.tags,
          ...dmarc.faults,
          ...dmarc.rua,
          ...dmarc.ruf,
        ]);
        const records = [...selectSpf([text]).records, ...selectDmarc([text]).records];
        assert.ok(records.length <= 1);
        assert.equal(
          records.length === 1,
          ![spf, dmarc].every(({ faults }) => faults.some(({ reason }) => reason === "version")),
        );
      }),
      RUNS,
    );
  });

  it("reads the same in another case, with more spaces and a space at the end", () => {
    const shape = ({ terms, faults }: ReturnType<typeof parseSpf>) => [
      terms.map((term) => [term.name, term.domain?.name, "qualifier" in term ? term.qualifier : undefined]),
      faults.map(({ reason }) => reason),
    ];
    fc.assert(
      fc.property(spfText, (text) => {
        const spaced = `${text.replaceAll(" ", "   ")} `;
        assert.deepEqual(shape(parseSpf(spaced)), shape(parseSpf(text)));
        if (/^[\x20-\x7e]*$/.test(text)) assert.deepEqual(shape(parseSpf(text.toUpperCase())), shape(parseSpf(text)));
      }),
      RUNS,
    );
  });

  it("is judged without an exception, wherever it stands", async () => {
    const domain = fqdn("m.example.com");
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { maxLength: 3 }), anyValue, anyValue, async (own, parent, wish) => {
        const zone = txtZone({
          "_dmarc.m.example.com": own,
          "_dmarc.example.com": parent,
          "example.com": parent,
          "x.example.net": own,
          "amazonses.com": "v=spf1 -all",
        });
        const { txt, other } = lookIn(zone);
        const looks = openPolicyLooks(txt);
        const discovery = await discoverDmarc(domain, looks);
        const destinations = await judgeDestinations(await reportDestinations(appliedRecords(discovery), looks), txt);
        dmarcFaults({ discovery, destinations });
        judgeWish(wish, discovery);
        const verdict = await judgeSpf(
          domain,
          { kind: "values", values: own },
          { txt, other, sesNames: ["amazonses.com"] },
        );
        // A pass of SES and a record that is broken exclude each other.
        const broken = verdict.faults.some(({ code }) => code === "spf-several" || code === "spf-missing");
        assert.ok(!(verdict.passes === true && broken));
      }),
      { numRuns: sampled(2_500) },
    );
  });

  it("is written only where it is no weaker than what was there, by its policy", async () => {
    const policy = fc.constantFrom("none", "quarantine", "reject");
    const STRENGTH = ["none", "quarantine", "reject"];
    await fc.assert(
      fc.asyncProperty(policy, policy, fc.option(policy), async (wanted, p, sp) => {
        const parent = `v=DMARC1; p=${p}${sp === null ? "" : `; sp=${sp}`}`;
        const { txt } = lookIn(txtZone({ "_dmarc.example.com": parent }));
        const verdict = judgeWish(
          `v=DMARC1; p=${wanted}`,
          await discoverDmarc(fqdn("m.example.com"), openPolicyLooks(txt)),
        );
        const weaker = STRENGTH.indexOf(wanted) < STRENGTH.indexOf(sp ?? p);
        assert.equal(verdict.kind, weaker ? "weaker" : "write");
      }),
      { numRuns: sampled(500) },
    );
  });
});

describe("a hostile value", () => {
  const SIZE = LONGEST_VALUE;
  const filled = (head: string, part: string) => head + part.repeat(Math.floor((SIZE - head.length) / part.length));
  const texts: Readonly<Record<string, string>> = {
    spaces: filled("v=spf1", " "),
    "blanks in DMARC": filled("v=DMARC1;", " \t"),
    "blanks before the equals sign": filled("v", " "),
    semicolons: filled("v=DMARC1", ";"),
    commas: filled("v=DMARC1; p=none; rua=", ","),
    addresses: filled("v=DMARC1; p=none; rua=", "mailto:a@example.com,"),
    "one address": filled("v=DMARC1; p=none; rua=mailto:", "a"),
    dots: filled("v=spf1 include:", "."),
    labels: filled("v=spf1 include:", "a."),
    hyphens: filled("v=spf1 include:x.", "-"),
    "percent signs": filled("v=spf1 exists:", "%"),
    "open macros": filled("v=spf1 exists:", "%{d"),
    "digits in a macro": filled("v=spf1 exists:%{d", "0"),
    "closed macros": filled("v=spf1 exists:", "%{d}"),
    slashes: filled("v=spf1 a", "/"),
    lengths: filled("v=spf1 a", "/24"),
    mechanisms: filled("v=spf1 ", "a "),
    addresses4: filled("v=spf1 ", "ip4:192.0.2.1 "),
    redirects: filled("v=spf1 ", "redirect=x.example.com "),
    qualifiers: filled("v=spf1 ", "-"),
    modifiers: filled("v=spf1 ", "x="),
    quotes: filled("", '"'),
    "byte order marks": filled("", "\ufeff"),
    "versions in a row": filled("", "v=DMARC1"),
    "halves of pairs": filled("v=spf1 ", "\ud800"),
  };

  for (const [what, text] of Object.entries(texts)) {
    it(`takes no more than linear time, and gives few faults: ${what}`, async () => {
      const before = process.cpuUsage();
      const spf = parseSpf(text);
      const dmarc = parseDmarc(text);
      selectSpf([text]);
      selectDmarc([text]);
      const { txt } = lookIn({});
      await judgeSpf(fqdn("m.example.com"), { kind: "values", values: [text] }, { txt, sesNames: [] });
      await evaluateSpf(fqdn("m.example.com"), spf, { txt, sesNames: [] });
      // A quadratic step of 65,535 characters takes seconds. CPU alone: other tests run at the same time.
      assert.ok(process.cpuUsage(before).user < 1_500_000);
      assert.ok(spf.faults.length <= 20 && dmarc.faults.length <= 20 && dmarc.rua.length <= 50);
    });
  }

  it("is not read where it is longer than a record can be", () => {
    for (const parse of [parseSpf, parseDmarc]) {
      const { faults } = parse(`${filled("v=spf1 ", "a ")}${"a ".repeat(SIZE)}`);
      assert.deepEqual(
        faults.map(({ reason }) => reason),
        ["too-long"],
      );
    }
  });
});
