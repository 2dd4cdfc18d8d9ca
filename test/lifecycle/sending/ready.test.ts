import assert from "node:assert/strict";
import { WIRE_UNKNOWN } from "../../../provider/pulumi/inputs";
import type { RecordOutput, VerificationOutput } from "../../../provider/resources/outputs";
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
    assert.deepEqual(first.failures, []);
    const { dkim, mailFrom, dmarc, __sending } = first.inputs;
    assert.deepEqual({ dkim, mailFrom, dmarc }, { dkim: WIRE_UNKNOWN, mailFrom: WIRE_UNKNOWN, dmarc: WIRE_UNKNOWN });
    assert.deepEqual(__sending, { dkim: true, mailFrom: "bounce" });

    const up = await world.run().up({ ...READY, __preview: false });
    assert.equal(up.failed, undefined);
    const { readyToSend, sendingArns, identityArns, records, verifications } = up.outputs;
    assert.equal(readyToSend, true);
    assert.deepEqual(sendingArns, identityArns);
    const [one] = verifications as readonly VerificationOutput[];
    assert.equal(one?.dkim?.status, "Success");
    assert.equal(one?.mailFrom?.status, "Success");
    assert.deepEqual(
      (records as readonly RecordOutput[]).map(({ type, purpose, identity, owned }) => [
        type,
        purpose,
        identity,
        owned,
      ]),
      [
        ["TXT", "verification", REGION, true],
        ["CNAME", "dkim", REGION, true],
        ["CNAME", "dkim", REGION, true],
        ["CNAME", "dkim", REGION, true],
        ["MX", "mail-from", REGION, true],
        ["TXT", "spf", REGION, true],
      ],
    );

    const run = world.run();
    const next = await run.preview({ ...READY, __preview: true }, up.inputs);
    assert.deepEqual(stepsOf(next.inputs), []);
    assert.deepEqual([next.inputs.dkim, next.inputs.mailFrom, next.inputs.dmarc], ["ready", "ready", "ready"]);
    const { changes } = await run.diff(up.outputs, next.inputs);
    assert.equal(changes, false);
  });

  it("warns once of a DMARC record that is missing, and not of one that its first up writes", async () => {
    const missing = await world.run().preview(READY);
    assert.match(missing.warnings.join(), /^dmarc-missing: /);
    const wished = await world.run().preview({ ...READY, dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    assert.deepEqual(wished.warnings, []);
  });

  it("has the outputs of before where it is asked to be verified only", async () => {
    const up = await world.run().up({ domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } });
    const { readyToSend, readyAt, sendingArns } = up.outputs;
    assert.deepEqual([readyToSend, readyAt, sendingArns], [undefined, undefined, undefined]);
    assert.equal(up.inputs.dmarc, undefined);
    assert.equal(world.emulator.cloud.ses.identities().length, 1);
  });
});
