import assert from "node:assert/strict";
import type { VerificationOutput } from "../../../provider/resources/outputs";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const BOUNCE = `bounce.${DOMAIN}`;
const READY = {
  domain: DOMAIN,
  identities: [{ region: REGION }],
  dns: { kind: "route53" },
  dkim: true,
  mailFrom: "bounce",
  dmarc: { ifAbsent: "v=DMARC1; p=none" },
};

/** What a preview says of each part: the word before the colon, and the code that follows; `ready`, or `?` where only `up` will know. */
function partsIn(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ["verification", "dkim", "mailFrom", "dmarc"].map((part) => {
      const text = String(inputs[part]);
      const [, word = text, code = ""] = /^([a-z ]+): ?([a-z0-9-]+(?=:))?/.exec(text) ?? [];
      return [part, /^[0-9a-f-]{36}$/.test(text) ? "?" : code === "" ? word : `${word} ${code}`];
    }),
  );
}

describe("a part of a domain that is no longer in place", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  let up: Standing;
  let whole: readonly string[];
  let token: string;

  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
    up = await world.run().up({ ...READY, __preview: false });
    assert.equal(up.failed, undefined);
    assert.equal(up.outputs.readyToSend, true);
    whole = zone.dump();
    const [one] = up.outputs.verifications as readonly VerificationOutput[];
    token = `${one?.dkim?.tokens[0]}._domainkey.${DOMAIN}`;
  });
  afterEach(() => world.close());

  async function preview() {
    const run = world.run();
    const { inputs, failures, warnings } = await run.preview({ ...READY, __preview: true }, up.inputs);
    assert.deepEqual(failures, []);
    const { changes } = await run.diff(up.outputs, inputs);
    return { parts: partsIn(inputs), steps: stepsOf(inputs), changes, warnings, inputs };
  }

  it("has nothing to do while all is in place", async () => {
    const { steps, changes, warnings } = await preview();
    assert.deepEqual({ steps, changes, warnings }, { steps: [], changes: false, warnings: [] });
  });

  for (const { what, erase, part, says, steps } of [
    {
      what: "a DKIM record",
      erase: () => zone.remove(token, "CNAME"),
      part: "dkim",
      says: "publish dkim-cname-partial",
      steps: [`publish ${REGION}`, "wait"],
    },
    {
      what: "the target of a DKIM record",
      erase: () => zone.put(token, "CNAME", "elsewhere.example.net."),
      part: "dkim",
      says: "publish dkim-cname-wrong",
      steps: [`publish ${REGION}`, "wait"],
    },
    {
      what: "the MX record",
      erase: () => zone.remove(BOUNCE, "MX"),
      part: "mailFrom",
      says: "publish mail-from-mx-missing",
      steps: [`publish ${REGION}`, "wait"],
    },
    {
      what: "the SPF record",
      erase: () => zone.remove(BOUNCE, "TXT"),
      part: "mailFrom",
      says: "publish spf-missing",
      steps: [`publish ${REGION}`, "wait"],
    },
    {
      what: "the DMARC record",
      erase: () => zone.remove(`_dmarc.${DOMAIN}`, "TXT"),
      part: "dmarc",
      says: "publish dmarc-missing",
      steps: ["publish "],
    },
  ]) {
    it(`is told and healed where ${what} is gone, and nothing else`, async () => {
      erase();
      const seen = await preview();
      const others = Object.entries(seen.parts).filter(
        ([name, text]) => name !== part && text !== "?" && text !== "ready" && text !== "verified",
      );
      assert.deepEqual(others, []);
      assert.equal(seen.parts[part], says, JSON.stringify(seen.inputs));
      assert.deepEqual(seen.steps, steps);
      assert.equal(seen.changes, true);
      const healed = await world.run().up({ ...READY, __preview: false }, up);
      assert.equal(healed.failed, undefined);
      assert.deepEqual(zone.dump(), whole);
      assert.equal(healed.outputs.readyToSend, true);
    });
  }

  for (const { what, add, part, code } of [
    {
      what: "a second MX record",
      add: () => zone.put(BOUNCE, "MX", "10 feedback-smtp.us-east-1.amazonses.com.", "20 mail.example.net."),
      part: "mailFrom",
      code: "conflict mail-from-mx-several",
    },
    {
      what: "a second SPF record",
      add: () => zone.put(BOUNCE, "TXT", '"v=spf1 include:amazonses.com ~all"', '"v=spf1 -all"'),
      part: "mailFrom",
      code: "conflict spf-several",
    },
  ]) {
    it(`names ${what} and does not touch it`, async () => {
      add();
      const before = zone.dump();
      const seen = await preview();
      assert.equal(seen.parts[part], code, JSON.stringify(seen.inputs));
      assert.equal(seen.changes, true);
      const next = await world.run().up({ ...READY, __preview: false }, up);
      assert.ok(next.failed);
      assert.deepEqual(zone.dump(), before);
    });
  }

  it("is set again at SES where it was changed or given up there", async () => {
    const { ses } = world.emulator.cloud;
    const identity = () => ses.identity(ACCOUNT, REGION, DOMAIN);
    for (const { change, part, says } of [
      {
        change: () => ses.setDkimStatus({ accountId: ACCOUNT, region: REGION }, DOMAIN, "Failed"),
        part: "dkim",
        says: "set dkim-failed",
      },
      {
        change: () => ses.setMailFromStatus({ accountId: ACCOUNT, region: REGION }, DOMAIN, "Failed"),
        part: "mailFrom",
        says: "set mail-from-failed",
      },
    ]) {
      change();
      const seen = await preview();
      assert.equal(seen.parts[part], says, JSON.stringify(seen.inputs));
      up = await world.run().up({ ...READY, __preview: false }, up);
      assert.equal(up.failed, undefined);
      assert.equal(up.outputs.readyToSend, true);
      assert.ok(identity());
    }
  });
});
