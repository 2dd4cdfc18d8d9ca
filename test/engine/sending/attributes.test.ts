import assert from "node:assert/strict";
import { child } from "../../../provider/core/fqdn";
import { assertQuiet, said, US } from "../../support/engine/ownership";
import { BOUNCE, openSendingWorld, type SendingWorld } from "../../support/engine/sending";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, DOMAIN, succeeded } from "../../support/engine/world";

const SCOPE = { accountId: ACCOUNT, region: US };
const THEIR_BOUNCE = child("their-bounce", DOMAIN);
const SENDING = { dkim: true, mailFrom: "bounce", dmarc: false } as const;

/** Another team's identity of the domain, which signs and has a MAIL FROM domain of its own. The chapters share it. */
describe("how an identity of others sends, on the engine", function () {
  this.timeout(180_000);
  let at: SendingWorld;
  let stack: EngineStack;
  let untouched: readonly string[];
  const attributes = () => {
    const identity = at.world.emulator.cloud.ses.identity(ACCOUNT, US, DOMAIN);
    const { dkim, signs } = at.ses();
    const { domain, onMxFailure } = identity?.mailFrom ?? {};
    return { dkim, signs, domain, onMxFailure, feedback: identity?.feedbackForwarding };
  };

  before(async () => {
    at = await openSendingWorld("route53");
    at.world.emulator.cloud.ses.inject([
      {
        ...SCOPE,
        name: DOMAIN,
        status: "Success",
        dkim: { method: { kind: "easy", keyLength: 2048 }, status: "Success" },
        mailFrom: { domain: THEIR_BOUNCE, status: "Success", onMxFailure: "reject" },
        feedbackForwarding: true,
        tags: { team: "other" },
      },
    ]);
    const { tokens, zone } = at.world.emulator.cloud.ses.dkim(SCOPE, DOMAIN);
    for (const token of tokens) at.put(child(`${token}._domainkey`, DOMAIN), "CNAME", [`${token}.${zone}.`]);
    at.put(THEIR_BOUNCE, "MX", ["10 feedback-smtp.us-east-1.amazonses.com."]);
    untouched = at.dump();
    stack = await at.open(SENDING);
  });
  after(() => at.close());

  it("another MAIL FROM domain is an error on preview that names both", async () => {
    const theirs = attributes();
    const preview = await stack.preview();
    assert.equal(preview.failed, true);
    assert.ok(said(preview).includes(BOUNCE), said(preview));
    assert.ok(said(preview).includes(THEIR_BOUNCE), said(preview));
    assert.equal((await stack.up()).failed, true);
    assert.deepEqual([attributes(), at.dump()], [theirs, untouched]);
  });

  it("watched and used as it is, it stays so after destroy, with its records", async () => {
    const theirs = attributes();
    stack.changeProgram(at.program({ ...SENDING, dkim: "keep", mailFrom: false }));
    const up = succeeded(await stack.up());
    assert.equal(up.outputs.ready, true);
    await assertQuiet(stack);
    assert.deepEqual(attributes(), theirs);
    succeeded(await stack.destroy());
    assert.deepEqual(attributes(), theirs);
    const rest = at.dump().filter((line) => !line.startsWith("_amazonses."));
    assert.deepEqual(
      rest,
      untouched.filter((line) => !line.startsWith("_amazonses.")),
    );
  });

  it("taken over, it is set as the program says, and goes with what was written for it", async () => {
    stack.changeProgram(at.program({ ...SENDING, adopt: "own", feedbackForwarding: false }));
    const up = succeeded(await stack.up());
    assert.equal(up.outputs.ready, true);
    const { dkim, signs, domain, feedback } = attributes();
    assert.deepEqual(
      { dkim, signs, domain, feedback },
      { dkim: "Success", signs: true, domain: BOUNCE, feedback: false },
    );
    await assertQuiet(stack);
    succeeded(await stack.destroy());
    assert.deepEqual(at.world.statuses(), {});
    assert.deepEqual(at.at(THEIR_BOUNCE, "MX"), ["10 feedback-smtp.us-east-1.amazonses.com"]);
    assert.equal(at.at(BOUNCE, "MX"), undefined);
  });
});
