import assert from "node:assert/strict";
import { child } from "../../../provider/core/fqdn";
import { assertQuiet, EU, US } from "../../support/engine/ownership";
import { openSendingWorld, previewOf, type SendingWorld } from "../../support/engine/sending";
import type { EngineStack } from "../../support/engine/stack";
import { DOMAIN, succeeded } from "../../support/engine/world";

const SENDING = { dkim: true, mailFrom: "bounce", dmarc: false } as const;
const both = { ...SENDING, identities: [{ region: US }, { region: EU }] };
const bounceIn = (region: string) => child(`bounce-${region}`, DOMAIN);

/** The chapters share one stack: each begins where the one before ended. */
describe("a domain that sends from two regions, on the engine", function () {
  this.timeout(180_000);
  let at: SendingWorld;
  let stack: EngineStack;
  let untouched: readonly string[];
  let healthy: readonly string[];

  before(async () => {
    at = await openSendingWorld("route53");
    untouched = at.dump();
    stack = await at.open(both);
  });
  after(() => at.close());

  it("has records of its own for each", async () => {
    const up = succeeded(await stack.up());
    assert.equal(up.outputs.ready, true);
    for (const region of [US, EU]) {
      assert.deepEqual(at.ses(region), { dkim: "Success", signs: true, mailFrom: `${bounceIn(region)} Success` });
      assert.deepEqual(at.at(bounceIn(region), "MX"), [`10 feedback-smtp.${region}.amazonses.com`]);
      for (const name of at.dkimNames(region)) assert.equal(at.at(name, "CNAME")?.length, 1);
    }
    assert.deepEqual(Object.keys(up.outputs.sending ?? {}).sort(), [EU, US]);
    healthy = at.dump();
    assert.equal(healthy.length, untouched.length + 2 * 5);
    await assertQuiet(stack);
  });

  it("one whose records are gone is told and healed, the other is not named", async () => {
    const [gone] = at.dkimNames(EU);
    assert.ok(gone);
    at.remove(gone, "CNAME");
    at.remove(bounceIn(EU), "MX");
    const { dkim = "", mailFrom = "", ...more } = await previewOf(stack);
    assert.deepEqual(more, {});
    assert.ok(dkim.includes(gone), dkim);
    assert.ok(mailFrom.includes(bounceIn(EU)), mailFrom);
    assert.ok(![...at.dkimNames(US), bounceIn(US)].some((name) => `${dkim}${mailFrom}`.includes(name)));
    succeeded(await stack.up());
    assert.deepEqual(at.dump(), healthy);
  });

  it("one that the program no longer names goes with its records, and no other", async () => {
    const theirs = [...at.dkimNames(EU), bounceIn(EU)];
    stack.changeProgram(at.program({ ...SENDING, identities: [{ region: US, mailFrom: bounceIn(US).split(".")[0] }] }));
    succeeded(await stack.up());
    const kept = healthy.filter((line) => !theirs.some((name) => line.startsWith(`${name} `)));
    assert.deepEqual(withoutTokens(at.dump()), withoutTokens(kept));
    assert.deepEqual(at.ses(), { dkim: "Success", signs: true, mailFrom: `${bounceIn(US)} Success` });
    await assertQuiet(stack);
    succeeded(await stack.destroy());
    assert.deepEqual(at.dump(), untouched);
  });
});

function withoutTokens(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.startsWith("_amazonses."));
}
