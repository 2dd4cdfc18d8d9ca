import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import type { VerificationStatus } from "../../../provider/ses/port";
import { isPlugin } from "../../support/engine/door";
import { assertQuiet, EU, ourResources, tokensOf, US } from "../../support/engine/ownership";
import { DomainIdentity, VerifiedEmailAddress } from "../../support/engine/resources";
import { openSendingWorld, type SendingWorld } from "../../support/engine/sending";
import type { EngineStack } from "../../support/engine/stack";
import { ACCOUNT, declare, NAME, OTHER_TEAM, succeeded, warningsOf } from "../../support/engine/world";

interface Written {
  readonly state: Deployment;
  readonly identities: readonly {
    readonly region: string;
    readonly name: string;
    readonly token?: string;
    readonly status: VerificationStatus;
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/** What the last commit before DKIM, MAIL FROM and DMARC wrote: a resource of each kind that owns something. */
const { state, identities } = JSON.parse(
  readFileSync(join(__dirname, "..", "states", "before-sending.json"), "utf8"),
) as Written;

const program =
  (more: Parameters<typeof declare>[1] = {}) =>
  async () => {
    declare("mail", { regions: [US, EU], ...more });
    new DomainIdentity("parts", { domain: "parts-example.com", identities: [{ region: US }] });
    new VerifiedEmailAddress("sender", { address: "sender@elsewhere-example.com", identities: [{ region: US }] });
  };

/** The chapters share one stack: each begins where the one before ended. */
describe("a state of the version before sending, on the engine", function () {
  this.timeout(180_000);
  let at: SendingWorld;
  let stack: EngineStack;
  let untouched: readonly string[];
  before(async () => {
    at = await openSendingWorld("route53");
    untouched = at.dump();
    at.world.emulator.cloud.ses.inject(identities.map((one) => ({ ...one, accountId: ACCOUNT })));
    at.world.setValues(NAME, [OTHER_TEAM, ...tokensOf(at.world)]);
    stack = await at.world.open({ program: program() });
    await stack.importState(state);
  });
  after(() => at.close());

  it("goes on without a change shown, and without a new warning", async () => {
    // The plugin moves each of its dynamic resources with one update.
    const changes = isPlugin ? { same: 1, update: 3 } : { same: 4 };
    const quiet = succeeded(await stack.preview());
    assert.deepEqual(quiet.changes, changes, quiet.stdout);
    assert.doesNotMatch(warningsOf(quiet).join("\n"), /dkim|mail-from|spf|dmarc/);
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, changes);
    succeeded(await stack.refresh());
    await assertQuiet(stack);
  });

  it("is made ready to send by one update, and destroyed", async () => {
    stack.changeProgram(program({ dkim: true, mailFrom: "bounce" }));
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { same: 3, update: 1 });
    for (const region of [US, EU])
      assert.match(`${at.ses(region).dkim} ${at.ses(region).mailFrom}`, /^Success .* Success$/);
    await assertQuiet(stack);
    succeeded(await stack.destroy());
    assert.deepEqual(await ourResources(stack), []);
    assert.deepEqual(at.dump(), untouched);
  });
});
