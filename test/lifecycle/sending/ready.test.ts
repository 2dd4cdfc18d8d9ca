import assert from "node:assert/strict";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld } from "../../support/emulator/domain";

const REGION = "us-east-1";
const READY = {
  domain: DOMAIN,
  identities: [{ region: REGION }],
  dns: { kind: "route53" },
  dkim: true,
  mailFrom: "bounce",
};

describe("a domain that is ready to send", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  it("has DKIM and MAIL FROM after one up, and nothing more to do after it", async () => {
    const up = await world.run().up(READY);
    assert.equal(up.failed, undefined);
    const { dkim, mailFrom } = world.emulator.cloud.ses.identity(ACCOUNT, REGION, DOMAIN) ?? {};
    console.log(JSON.stringify(up, null, 1), dkim, mailFrom);
  });
});
