import assert from "node:assert/strict";
import { child } from "../../../provider/core/fqdn";
import { assertQuiet, US } from "../../support/engine/ownership";
import { openSendingWorld } from "../../support/engine/sending";
import { ACCOUNT, DOMAIN, succeeded } from "../../support/engine/world";

const OTHER = "222222222222";
const ROLE = `arn:aws:iam::${OTHER}:role/mail`;

describe("a domain that sends from two accounts in one region, on the engine", function () {
  this.timeout(180_000);

  it("has records of its own for each, and destroy takes all of them", async () => {
    const at = await openSendingWorld("cloudflare", {
      accounts: [{ id: ACCOUNT }, { id: OTHER, roles: [{ name: "mail" }] }],
    });
    try {
      const untouched = at.dump();
      const identities = [
        { name: "own", region: US },
        { name: "other", region: US, roleArn: ROLE },
      ];
      const stack = await at.open({ identities, dkim: true, mailFrom: "bounce", dmarc: false });
      const up = succeeded(await stack.up());
      assert.equal(up.outputs.ready, true);
      assert.deepEqual(Object.keys(up.outputs.sending ?? {}).sort(), ["other", "own"]);
      const { ses } = at.world.emulator.cloud;
      const names = [ACCOUNT, OTHER].flatMap((accountId) => ses.dkim({ accountId, region: US }, DOMAIN).tokens);
      assert.equal(new Set(names).size, 6);
      for (const token of names) assert.equal(at.at(child(`${token}._domainkey`, DOMAIN), "CNAME")?.length, 1, token);
      for (const name of ["own", "other"]) {
        assert.deepEqual(at.at(child(`bounce-${name}`, DOMAIN), "MX"), [`10 feedback-smtp.${US}.amazonses.com`]);
      }
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assert.deepEqual(ses.identities(), []);
      assert.deepEqual(at.dump(), untouched);
    } finally {
      await at.close();
    }
  });
});
