import assert from "node:assert/strict";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { lookAtDmarc } from "../../../provider/lifecycle/domain/look-at-dmarc";
import type { SendingWish } from "../../../provider/lifecycle/sending/wish";

const domain = fqdn("example.com");
const ASKED = { domain, dmarc: "check" } as const;
const DKIM: SendingWish["dkim"] = { keyLength: 2048, signing: true };
const MAIL_FROM: SendingWish["mailFrom"] = {
  domain: fqdn("bounce.example.com"),
  onMxFailure: "default",
  exchange: fqdn("feedback-smtp.us-east-1.amazonses.com"),
};

describe("what a preview asks of DMARC", () => {
  async function look(wishes: Readonly<Record<string, SendingWish>>, policy: string) {
    const names: Fqdn[] = [];
    const { inspection } = await lookAtDmarc(ASKED, wishes, async (name) => {
      names.push(name);
      return name === "_dmarc.example.com" ? { kind: "values", values: [policy] } : { kind: "absent" };
    });
    return { names: names.sort(), codes: inspection.faults.map(({ code }) => code) };
  }

  it("asks nothing of the MAIL FROM domain where the domain's own signature is aligned", async () => {
    const { names, codes } = await look({ one: { dkim: DKIM, mailFrom: MAIL_FROM } }, "v=DMARC1; p=reject");
    assert.deepEqual(names, ["_dmarc.com", "_dmarc.example.com", "example.com"]);
    assert.deepEqual(codes, []);
  });

  for (const [what, wishes] of [
    ["alone", { one: { dkim: false, mailFrom: MAIL_FROM } }],
    ["of one identity", { one: { dkim: false, mailFrom: MAIL_FROM }, two: { dkim: DKIM, mailFrom: false } }],
  ] as const) {
    it(`asks where the MAIL FROM domain belongs that counts ${what}`, async () => {
      const { names } = await look(wishes, "v=DMARC1; p=reject");
      assert.ok(names.includes(fqdn("_dmarc.bounce.example.com")), `${names}`);
    });
  }

  it("counts no signature that the program does not ask for", async () => {
    const strict = "v=DMARC1; p=reject; aspf=s";
    const unsigned = await look({ one: { dkim: false, mailFrom: MAIL_FROM } }, strict);
    const signed = await look({ one: { dkim: DKIM, mailFrom: MAIL_FROM } }, strict);
    assert.deepEqual(
      [unsigned, signed].map(({ codes }) => codes.includes("not-aligned")),
      [true, false],
    );
  });
});
