import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { parseDmarc } from "../../../provider/mail/dmarc/parse";
import { selectDmarc } from "../../../provider/mail/dmarc/select";
import { spanText } from "../../../provider/mail/span";
import { selectSpf } from "../../../provider/mail/spf/select";
import { joinStrings, splitText } from "../../../provider/wire/txt";
import { DMARC_CASES } from "../../support/mail/dmarc-records";
import { SPF_CASES } from "../../support/mail/spf-records";

describe("DMARC records", () => {
  for (const { what, values, faults, read } of DMARC_CASES) {
    it(`are read: ${what}`, () => {
      const { records, near } = selectDmarc(values);
      const [only] = records.length === 1 ? records : [];
      const record = only === undefined ? undefined : parseDmarc(only);
      assert.deepEqual(
        [
          ...near.map(({ reason }) => `near ${reason}`),
          ...(record?.faults ?? []).map(({ level, reason }) => `${level} ${reason}`),
        ].sort(),
        faults.toSorted(),
      );
      assert.equal(record === undefined, read === undefined);
      if (record === undefined || read === undefined) return;
      const { p, sp, np, psd, testing, adkim, aspf, pct } = record;
      const defaults = { sp: "missing", np: "missing", psd: "u", testing: false, adkim: "r", aspf: "r", pct: 100 };
      assert.deepEqual(
        {
          p,
          sp,
          np,
          psd,
          testing,
          adkim,
          aspf,
          pct,
          rua: record.rua.map(({ text }) => text),
          ruf: record.ruf.map(({ text }) => text),
        },
        { ...defaults, rua: [], ruf: [], ...read },
      );
    });
  }

  it("tell where a fault is", () => {
    for (const [text, marked] of [
      ["v=DMARC1; p=monitor; sp=none", "monitor"],
      ["v=DMARC1; p=none; rua= mailto:a@example.com , b@example.com", "b@example.com"],
      ["v=DMARC1; p=none;  pct = 10 ;", "pct = 10"],
      ["v=DMARC1; p=none; p=reject", "p=reject"],
      ["v=DMARC1; p=none; sp=n\u00f6ne", "\u00f6"],
      ["v=DMARC1; p=none; adkim=strict", "strict"],
      ["v=DMARC1; p=none; just words", "just words"],
    ] as const) {
      assert.deepEqual(
        parseDmarc(text).faults.map(({ span }) => spanText(text, span)),
        [marked],
      );
    }
  });

  it("give the octets of a size limit, and the host of an address", () => {
    const { rua } = parseDmarc(
      "v=DMARC1; p=none; rua=mailto:a@Example.com!10, mailto:a@example.com!2k, mailto:b%40c@example.net!3M, https://u@example.org:8443/x!1g",
    );
    assert.deepEqual(
      rua.map(({ scheme, host, limit }) => [scheme, host, limit]),
      [
        ["mailto", fqdn("example.com"), 10],
        ["mailto", fqdn("example.com"), 2_048],
        ["mailto", fqdn("example.net"), 3 * 2 ** 20],
        ["https", fqdn("example.org"), 2 ** 30],
      ],
    );
  });

  it("are one text, however it is cut into strings", () => {
    const text = `v=DMARC1; p=reject; rua=${Array.from({ length: 20 }, (_, at) => `mailto:a${at}@example.com`).join(",")}`;
    const strings = splitText(text);
    assert.ok(strings.length > 1);
    assert.deepEqual(parseDmarc(joinStrings(strings)), parseDmarc(text));
    assert.deepEqual(parseDmarc(joinStrings([Buffer.from("v=DMARC1; p=rej"), Buffer.from("ect")])).p, "reject");
    const latin1 = joinStrings([Buffer.from("v=DMARC1; p=none; sp=\xfc", "latin1")]);
    assert.deepEqual(
      parseDmarc(latin1).faults.map(({ reason }) => reason),
      ["character"],
    );
  });

  it("are kept by the first twenty, of thousands at one name", () => {
    const values = Array.from({ length: 5_000 }, (_, at) =>
      at % 2 === 0 ? `v=DMARC1; p=none; x=${at}` : ` v=DMARC1; x=${at}`,
    );
    const { records, near } = selectDmarc([...values, ...values.map((text) => text.replace("DMARC1;", "spf1"))]);
    assert.deepEqual([records.length, near.length], [20, 20]);
    assert.equal(selectSpf(values.map((text) => text.replace("v=DMARC1;", "v=spf1"))).records.length, 20);
  });

  it("are a hundred cases, with those of SPF", () => {
    assert.ok(DMARC_CASES.length + SPF_CASES.length >= 100);
    for (const cases of [DMARC_CASES, SPF_CASES])
      assert.equal(new Set(cases.map(({ what }) => what)).size, cases.length);
  });
});
