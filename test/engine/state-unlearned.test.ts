import assert from "node:assert/strict";
import { OTHER_ACCOUNT, openProfiles, type Profiles } from "../support/engine/profiles";
import type { EngineStack } from "../support/engine/stack";
import { ACCOUNT, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

describe("the state of a verified domain, and who may change it", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let quiet: Profiles["quiet"];
  let forget: Profiles["forget"] | undefined;

  before(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT }, { id: OTHER_ACCOUNT }] });
    ({ stack, quiet, forget } = await openProfiles(world));
    succeeded(await stack.up());
  });
  after(async () => {
    forget?.();
    await world?.close();
  });

  it("changes nothing for what could not be learned, and strict fails the preview", async () => {
    const away = world.emulator.faults.http({ service: "ses" }, { kind: "cut-before" });
    const live = await quiet();
    assert.ok(
      live.diagnostics.some(({ severity, message }) => severity === "warning" && /SES/.test(message)),
      live.stdout,
    );
    await stack.changeConfig({ "sesdomain:previewCheck": "strict" });
    const strict = await stack.preview();
    assert.equal(strict.failed, true);
    assert.match(
      strict.stdout,
      /sesdomain:previewCheck: is "strict".*the state of ses-example\.com could not be learned/,
    );
    away.off();
    await quiet();
  });
});
