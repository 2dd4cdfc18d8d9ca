import assert from "node:assert/strict";
import { VerifiedDomain } from "pulumi-sesdomain";
import { type Emulator, openEmulator } from "pulumi-sesdomain/emulator";
import { dynamicOnly } from "../support/engine/door";
import { type EngineStack, openStack } from "../support/engine/stack";

/** Runs in projects that have the package installed too, so it takes nothing of the sources. */
dynamicOnly("classes of the package").describe("the package as a program imports it, on the engine", function () {
  this.timeout(180_000);
  let emulator: Emulator | undefined;
  let stack: EngineStack | undefined;
  afterEach(async () => {
    await stack?.close();
    await emulator?.close();
  });

  it("verifies a domain, previews no change and destroys it; the AWS SDK warns of no version", async () => {
    emulator = await openEmulator({
      ses: { schedule: { firstLookMs: 100, youngLookMs: 500 } },
      route53: { insyncMs: 0 },
    });
    await emulator.addZone({ name: "ses-example.com" as Parameters<Emulator["addZone"]>[0]["name"] });
    stack = await openStack({
      program: async () => {
        const identities = [{ region: "us-east-1" }, { region: "eu-west-1" }];
        const { verified } = new VerifiedDomain("mail", {
          domain: "ses-example.com",
          identities,
          dns: { kind: "route53" },
        });
        return { verified };
      },
      env: { ...emulator.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "" },
    });
    const up = await stack.up();
    assert.equal(up.failed, false, up.stdout);
    assert.deepEqual(up.outputs, { verified: true });
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    const destroy = await stack.destroy();
    assert.equal(destroy.failed, false, destroy.stdout);
    for (const { stdout, stderr } of [up, preview, destroy])
      assert.doesNotMatch(stdout + stderr, /Warning: .*Node|January 2027/);
  });
});
