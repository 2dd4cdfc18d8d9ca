import assert from "node:assert/strict";
import fc from "fast-check";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import type { Entry } from "../../provider/diagnosis/catalogue/entry";
import type { Finding, Severity } from "../../provider/diagnosis/finding";
import { contradictions, reconcile } from "../../provider/diagnosis/reconcile";
import { sampled } from "../support/sample";

const ENTRIES: readonly Entry[] = CATALOGUE;
const GRAVITY: readonly Severity[] = ["error", "warning", "note"];

function told(code: string, identities: readonly string[] = [], severity?: Severity): Finding {
  const entry = ENTRIES.find((one) => one.code === code);
  return {
    code,
    severity: severity ?? entry?.severity ?? "error",
    seen: "",
    why: "",
    fix: "",
    command: undefined,
    identities,
  };
}

const codes = (findings: readonly Finding[]) => reconcile(findings, CATALOGUE).map(({ code }) => code);

describe("the catalogue's relations", () => {
  it("name codes that there are, and never the entry itself", () => {
    const known = new Set(ENTRIES.map(({ code }) => code));
    for (const { code, leadsTo = [], excludes = [] } of ENTRIES) {
      for (const other of [...leadsTo, ...excludes]) assert.ok(known.has(other) && other !== code, `${code}: ${other}`);
    }
  });

  it("hold no circle of causes, and no two that exclude each other", () => {
    const byCode = new Map(ENTRIES.map((entry) => [entry.code, entry]));
    const effectsOf = (code: string, path: readonly string[] = []): void => {
      assert.ok(!path.includes(code), [...path, code].join(" → "));
      for (const effect of byCode.get(code)?.leadsTo ?? []) effectsOf(effect, [...path, code]);
    };
    for (const { code, excludes = [] } of ENTRIES) {
      effectsOf(code);
      for (const other of excludes) assert.ok(!byCode.get(other)?.excludes?.includes(code), `${code}, ${other}`);
    }
  });
});

describe("findings held against one another", () => {
  it("leave out what another one excludes", () => {
    assert.deepEqual(codes([told("txt-missing", ["a"]), told("success-without-txt", ["a"])]), ["success-without-txt"]);
    assert.deepEqual(codes([told("ses-saw-otherwise", ["a"]), told("verification-failed", ["a"])]), [
      "verification-failed",
    ]);
  });

  it("keep what concerns another identity, or more of them", () => {
    assert.deepEqual(codes([told("txt-missing", ["b"]), told("success-without-txt", ["a"])]), [
      "txt-missing",
      "success-without-txt",
    ]);
    assert.deepEqual(codes([told("txt-missing", ["a", "b"]), told("success-without-txt", ["a"])]), [
      "txt-missing",
      "success-without-txt",
    ]);
  });

  it("begin with the cause, which is as severe as what comes of it", () => {
    const [first, second] = reconcile([told("txt-partial", ["a"]), told("server-behind")], CATALOGUE);
    assert.deepEqual([first?.code, first?.severity, second?.code], ["server-behind", "error", "txt-partial"]);
    assert.deepEqual(codes([told("verification-failed", ["a"]), told("dnssec-bogus", ["a"])]), [
      "dnssec-bogus",
      "verification-failed",
    ]);
    assert.deepEqual(codes([told("address-unconfirmed"), told("mail-refused")]), [
      "mail-refused",
      "address-unconfirmed",
    ]);
  });

  it("are never a contradiction and always in order, whichever there are", () => {
    const finding = fc
      .record({ entry: fc.constantFrom(...ENTRIES), of: fc.subarray(["a", "b", "c"]) })
      .map(({ entry, of }) => told(entry.code, of));
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 12 }), (findings) => {
        const all = reconcile(findings, CATALOGUE);
        const severities = all.map(({ severity }) => GRAVITY.indexOf(severity));
        assert.deepEqual(contradictions(all, CATALOGUE), []);
        assert.deepEqual(severities, [...severities].sort());
        for (const [index, { code, identities }] of all.entries()) {
          const { leadsTo = [] } = ENTRIES.find((one) => one.code === code) ?? {};
          const same = (other: Finding) =>
            identities.length === 0 ||
            other.identities.length === 0 ||
            identities.some((name) => other.identities.includes(name));
          const earlier = all.slice(0, index).filter((other) => leadsTo.includes(other.code) && same(other));
          assert.deepEqual(earlier, [], code);
        }
      }),
      { numRuns: sampled(2_000) },
    );
  });
});
