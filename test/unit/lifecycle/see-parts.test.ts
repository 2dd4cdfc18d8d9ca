import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { seeParts } from "../../../provider/lifecycle/observation/observe";

const BOUNCE = fqdn("bounce.example.com");

describe("what SES says of MAIL FROM", () => {
  const nothing = () => Promise.resolve(undefined);
  for (const { title, answer, status } of [
    { title: "a domain with its status", answer: { domain: BOUNCE, status: "Success" }, status: "Success" },
    { title: "no domain", answer: { domain: undefined, status: undefined }, status: "none" },
    { title: "a domain, and no status", answer: { domain: BOUNCE, status: undefined }, status: "unknown" },
  ] as const) {
    it(`is ${status} with ${title}`, async () => {
      const mailFrom = () => Promise.resolve({ ...answer, onMxFailure: "default" } as const);
      const seen = await seeParts({ parts: ["mailFrom"] }, { dkim: nothing, mailFrom });
      assert.equal(seen.mailFrom?.status, status);
      assert.equal(seen.dkim, undefined);
    });
  }

  it("is absent where SES has no such identity", async () => {
    const seen = await seeParts({ parts: ["dkim", "mailFrom"] }, { dkim: nothing, mailFrom: nothing });
    assert.deepEqual([seen.dkim?.status, seen.mailFrom?.status], ["absent", "absent"]);
  });
});
