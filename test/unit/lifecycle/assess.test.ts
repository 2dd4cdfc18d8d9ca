import assert from "node:assert/strict";
import type { Verdict } from "../../../provider/authority/authority";
import { fqdn } from "../../../provider/core/fqdn";
import type { Finding, IdentitySeen } from "../../../provider/diagnosis/finding";
import { assess, type Seen } from "../../../provider/lifecycle/observation/assess";

const NAME = fqdn("_amazonses.example.com");
const finding = (code: string, severity: Finding["severity"]): Finding => ({
  code,
  severity,
  seen: `seen ${code}.`,
  why: "",
  fix: "",
  command: undefined,
  identities: [],
});
const identity = (status: IdentitySeen["status"]): IdentitySeen => ({
  name: "us-east-1",
  region: "us-east-1",
  accountId: "111111111111",
  status,
  verifiedBefore: true,
});
const verdict = (state: Verdict["state"], nowhere: string[] = []): Verdict => ({
  sighting: { name: NAME, target: NAME, cnames: [], via: "authoritative", delegation: undefined, servers: [] },
  answers: [],
  servers: [],
  state,
  nowhere,
});
const seen = (part: Partial<Seen>): Seen => ({
  identities: [identity("Success")],
  verdicts: [verdict("published")],
  goneAtHost: false,
  findings: [],
  unread: [],
  ...part,
});
const auto = { restart: "auto", healthy: "verified" } as const;

describe("assess", () => {
  it("finds nothing to do for a domain in order", () => {
    assert.deepEqual(assess(seen({}), auto), {
      action: "none",
      text: "verified",
      why: "",
      asks: [],
      warnings: [],
      unknown: [],
    });
  });

  for (const status of ["absent", "Failed", "NotStarted"] as const) {
    it(`restarts where SES says ${status}`, () => {
      const found = assess(
        seen({ identities: [identity(status)], findings: [finding("verification-revoked", "error")] }),
        auto,
      );
      assert.equal(found.action, "restart");
      assert.match(found.text, /^restart: verification-revoked: .* Up will ask SES anew \(us-east-1\) and wait/);
    });

    it(`says so and does nothing where SES says ${status} and restart is never`, () => {
      const found = assess(seen({ identities: [identity(status)] }), { ...auto, restart: "never" });
      assert.equal(found.action, "none");
      assert.equal(found.text, "verified");
      assert.match(found.warnings.join(), /restart is "never"/);
    });
  }

  for (const status of ["Success", "TemporaryFailure", "Pending"] as const) {
    it(`publishes, and does not ask SES, where the value is gone and SES says ${status}`, () => {
      const found = assess(
        seen({
          identities: [identity(status)],
          verdicts: [verdict("missing", ["t"])],
          findings: [finding("txt-missing", "error")],
        }),
        auto,
      );
      assert.equal(found.action, "publish");
      assert.match(found.text, /^publish: txt-missing: .* Up will publish what is missing and wait/);
    });
  }

  it("publishes where only some servers lack the value, if the host itself has lost it", () => {
    assert.equal(assess(seen({ verdicts: [verdict("missing")], goneAtHost: true }), auto).action, "publish");
    assert.equal(assess(seen({ verdicts: [verdict("missing")] }), auto).action, "none");
  });

  it("never changes anything for what could not be learned, and says what that was", () => {
    const found = assess(
      seen({
        identities: [{ ...identity("unknown"), unknownBecause: "SES is throttling." }],
        verdicts: [verdict("unknown")],
        unread: ["_amazonses.example.com could not be read: time-out"],
      }),
      auto,
    );
    assert.equal(found.action, "none");
    assert.equal(found.unknown.length, 3);
    assert.match(found.unknown.join(" "), /SES is throttling.*time-out.*No server answered/);
  });

  it("warns of what it cannot mend, and leaves notes out", () => {
    const found = assess(seen({ findings: [finding("server-lame", "warning"), finding("nice", "note")] }), auto);
    assert.equal(found.text, "verified");
    assert.equal(found.warnings.length, 1);
    assert.match(found.warnings[0] ?? "", /server-lame/);
  });
});
