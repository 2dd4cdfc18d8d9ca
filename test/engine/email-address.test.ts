import assert from "node:assert/strict";
import { VerifiedEmailAddress } from "../support/engine/resources";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  type EngineWorld,
  HOUR_MS,
  openEngineWorld,
  succeeded,
  warningsOf,
} from "../support/engine/world";

const ADDRESS = `Some.Body@${DOMAIN}`;

/** The chapters share one stack: each begins where the one before ended. */
describe("a verified address on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let more: { resendTrigger?: string; address?: string } = {};

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({
      async program() {
        const sender = new VerifiedEmailAddress("sender", {
          address: ADDRESS,
          identities: [{ region: "us-east-1" }],
          ...more,
        });
        return { arns: sender.identityArns, verified: sender.verified };
      },
    });
  });
  after(() => world.close());

  const mails = () => world.emulator.cloud.ses.mails.filter(({ kind }) => kind === "confirm-address");
  const click = () => world.emulator.cloud.ses.confirm(mails().at(-1)?.link ?? "");

  it("refuses a malformed one on preview, by name", async () => {
    more = { address: "Some Body <some.body@ses-example.com>" };
    const refused = await stack.preview();
    assert.equal(refused.failed, true);
    assert.match(refused.stdout, /address.*write "some\.body@ses-example\.com"/s);
    more = {};
  });

  it("up has SES send its mail, and says whom it concerns", async () => {
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { create: 2 });
    assert.match(up.stdout, /SES in us-east-1 sends a mail to Some\.Body@ses-example\.com/);
    assert.deepEqual(up.outputs, {
      arns: { "us-east-1": `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${ADDRESS}` },
      verified: false,
    });
    assert.equal(mails().length, 1);
  });

  it("a preview tells how far it is, and shows no change", async () => {
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    assert.match(warningsOf(preview).join("\n"), /address-unconfirmed: SES in us-east-1/);
  });

  it("says so when the link is dead, and sends again on request", async () => {
    await world.emulator.clock.advance(25 * HOUR_MS);
    assert.match(warningsOf(await stack.preview()).join("\n"), /address-expired/);
    more = { resendTrigger: "again" };
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { same: 1, update: 1 });
    assert.equal(mails().length, 2);
  });

  it("is quiet once somebody has followed the link, and a refresh writes it down", async () => {
    assert.equal(click(), true);
    const preview = await stack.preview({ expectNoChanges: true });
    assert.deepEqual([preview.exitCode, warningsOf(preview)], [0, []]);
    succeeded(await stack.refresh());
    const { deployment } = await stack.exportState();
    const resources: readonly { readonly type: string; readonly outputs?: { readonly verified?: boolean } }[] =
      deployment.resources;
    assert.equal(resources.find(({ type }) => type.endsWith("VerifiedEmailAddress"))?.outputs?.verified, true);
  });

  it("destroy takes it from SES", async () => {
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });
});
