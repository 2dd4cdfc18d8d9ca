import assert from "node:assert/strict";
import { DOMAIN, type DomainWorld, openDomainWorld, stepsOf } from "../../support/emulator/domain";

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
    const first = await world.run().preview({ ...READY, __preview: true });
    console.log(JSON.stringify(first, null, 1));
    const up = await world.run().up({ ...READY, __preview: false });
    assert.equal(up.failed, undefined);
    console.log(JSON.stringify(up.inputs, null, 1));
    const run = world.run();
    const next = await run.preview({ ...READY, __preview: true }, up.inputs);
    console.log(JSON.stringify(next, null, 1), stepsOf(next.inputs));
    console.log(await run.diff(up.outputs, next.inputs));
  });
});
