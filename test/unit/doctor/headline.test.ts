import assert from "node:assert/strict";
import { clausesOf, grouped } from "../../../provider/cli/doctor/headline";
import type { Standing, ValueStanding } from "../../../provider/cli/doctor/standing";
import type { IdentitySeen } from "../../../provider/diagnosis/finding";

const STATUSES = ["Success", "Pending", "Failed", "TemporaryFailure", "NotStarted", "absent", "unknown"] as const;
const PLACED = ["everywhere", "partly", "nowhere", "unknown", "none"] as const;
const HIDDEN = [undefined, "txt-missing", "txt-wrong-value", "zone-unknown"] as const;
const CODES = [[], ["revocation-pending"], ["verification-revoked"], ["verification-failing"]] as const;

function identity(status: IdentitySeen["status"], more: Partial<IdentitySeen> = {}): IdentitySeen {
  return { name: "us-east-1", region: "us-east-1", accountId: undefined, status, verifiedBefore: false, ...more };
}

function value(placed: ValueStanding["placed"], because: string | undefined): ValueStanding {
  const serving = placed === "everywhere" ? 3 : placed === "partly" ? 1 : 0;
  return { placed, serving, servers: placed === "none" ? 0 : 3, because };
}

const sentence = (standing: Standing) =>
  grouped([{ name: standing.name, region: standing.seen?.region, clauses: clausesOf(standing) }]);

/** Every status with every place of the value, and what is known in addition. */
function* standings(): Generator<Standing> {
  const variants: readonly Partial<IdentitySeen>[] = [
    {},
    { tokenless: true },
    { dkimVerified: true },
    { dkimVerified: false },
    { verifiedBefore: true },
  ];
  for (const placed of PLACED) {
    for (const because of HIDDEN) {
      for (const codes of CODES) {
        const rest = { name: "us-east-1", value: value(placed, because), codes: new Set<string>(codes) };
        yield { ...rest, seen: undefined };
        for (const status of STATUSES) {
          for (const more of variants) yield { ...rest, seen: identity(status, more) };
        }
      }
    }
  }
}

describe("the doctor's headline", () => {
  it("is a sentence for every combination", () => {
    for (const standing of standings()) {
      const text = sentence(standing);
      assert.ok(text.length >= 6 && !/undefined|,,| {2}|^[,;:]/.test(text), `${text}: ${JSON.stringify(standing)}`);
    }
  });

  it("says unknown where SES could not be asked, and verified or revoked only where that was seen", () => {
    for (const standing of standings()) {
      const text = sentence(standing);
      const { seen, codes } = standing;
      if (seen === undefined) continue;
      assert.equal(/status unknown/.test(text), seen.status === "unknown", text);
      assert.equal(/^(verified)/.test(text), seen.status === "Success", text);
      if (/^revoked/.test(text)) assert.ok(seen.verifiedBefore || codes.has("verification-revoked"), text);
      if (/will revoke/.test(text)) assert.ok(codes.has("revocation-pending"), text);
    }
  });

  it("says what holds for all of them once, and else for each", () => {
    const at = (name: string, status: IdentitySeen["status"], placed: ValueStanding["placed"]) => ({
      name,
      region: name,
      clauses: clausesOf({ name, seen: identity(status), value: value(placed, undefined), codes: new Set() }),
    });
    assert.equal(
      grouped([at("a", "Success", "everywhere"), at("b", "Success", "everywhere")]),
      "verified, published on 3 of 3 name servers",
    );
    const both = grouped([at("a", "Success", "everywhere"), at("b", "Pending", "nowhere")]);
    assert.match(both, /^in a: verified; in b: pending, value missing/);
  });
});
