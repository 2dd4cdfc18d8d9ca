import assert from "node:assert/strict";
import type { VerificationOutput } from "../../../provider/resources/outputs";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const BOUNCE = `bounce.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" }, timeout: "5m" };
const READY = { ...ARGS, dkim: true, mailFrom: "bounce" };

describe("a domain that sends, where something else is there and nothing is to do", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
  });
  afterEach(() => world.close());

  async function assertQuiet(args: object, up: Standing): Promise<void> {
    const run = world.run();
    const { inputs, failures } = await run.preview({ ...args, __preview: true }, up.inputs);
    assert.deepEqual([failures, stepsOf(inputs)], [[], []]);
    assert.deepEqual([inputs.dkim, inputs.mailFrom], ["ready", "ready"]);
    assert.equal((await run.diff(up.outputs, inputs)).changes, false);
  }

  it("leaves an SPF record of others that lets SES send, with and without the state", async () => {
    zone.put(BOUNCE, "TXT", '"v=spf1 include:amazonses.com -all"');
    const up = await world.run().up({ ...READY, __preview: false });
    assert.deepEqual([up.failed, up.outputs.readyToSend], [undefined, true]);
    await assertQuiet(READY, up);
  });

  it("takes the one MX record with another preference for right", async () => {
    const up = await world.run().up({ ...READY, __preview: false });
    zone.put(BOUNCE, "MX", `20 feedback-smtp.${REGION}.amazonses.com.`);
    await assertQuiet(READY, up);
  });

  it('waits for the TXT record alone with wait: "verified"', async () => {
    const args = { ...READY, dns: { kind: "manual" }, wait: "verified" };
    const { ses } = world.emulator.cloud;
    const stop = world.emulator.onRequest(({ action, phase }) => {
      const token = ses.identity(ACCOUNT, REGION, DOMAIN)?.token;
      if (action === "GetIdentityVerificationAttributes" && phase === "after" && token !== undefined) {
        zone.put(NAME, "TXT", `"${token}"`);
      }
    });
    const up = await world.run().up(args);
    stop();
    assert.deepEqual([up.failed, up.outputs.verified, up.outputs.readyToSend], [undefined, true, false]);
  });

  it("keeps the records of DKIM that it only watches by now, and destroy takes them", async () => {
    const before = zone.dump();
    const up = await world.run().up(READY);
    const watched = await world.run().up({ ...ARGS, dkim: "keep" }, up);
    assert.equal(watched.failed, undefined);
    const cnames = zone.dump().filter((line) => line.includes(" CNAME "));
    assert.equal(cnames.length, 3);
    assert.equal(zone.dump().filter((line) => line.startsWith(BOUNCE)).length, 0);
    await world.run().destroy(watched);
    assert.deepEqual(zone.dump(), before);
  });

  it("a refresh takes a DMARC record that is gone for no loss of the verification", async () => {
    const dmarc = { ifAbsent: "v=DMARC1; p=none" };
    const up = await world.run().up({ ...READY, dmarc });
    zone.remove(`_dmarc.${DOMAIN}`, "TXT");
    const read = await world.run().read(up);
    assert.deepEqual([read?.verified, read?.readyToSend], [true, true]);
    const [one] = up.outputs.verifications as readonly VerificationOutput[];
    zone.remove(`${one?.dkim?.tokens[0]}._domainkey.${DOMAIN}`, "CNAME");
    const again = await world.run().read(up);
    assert.deepEqual([again?.verified, again?.readyToSend], [true, false]);
  });

  it("says of a part that SES looks for still that it is not ready, and has nothing to do", async () => {
    const up = await world.run().up({ ...READY, __preview: false });
    const scope = { accountId: ACCOUNT, region: REGION };
    world.emulator.cloud.ses.setDkimStatus(scope, DOMAIN, "TemporaryFailure", { held: true });
    const { inputs } = await world.run().preview({ ...READY, __preview: true }, up.inputs);
    assert.match(String(inputs.dkim), /^not ready: dkim-temporary-failure: /);
    assert.deepEqual(stepsOf(inputs), []);
  });
});
