import assert from "node:assert/strict";
import { assertExplained, assertToldOnce } from "../support/engine/explained";
import type { EngineStack } from "../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

const REGION = "us-east-1";

/** The chapters share one stack: each begins where the one before ended. */
describe("what a user reads of Pulumi", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => void declare("mail", { regions: [REGION] }) });
    succeeded(await stack.up());
  });
  after(() => world.close());

  it("a refused option is told once, without a stack trace", async () => {
    await stack.changeConfig({ "sesdomain:previewCheck": "stict" });
    const refused = await stack.preview();
    assert.equal(refused.failed, true);
    assertToldOnce(refused, "It must be");
    await stack.changeConfig({ "sesdomain:previewCheck": "live" });
  });

  it("an update for another token shows a property or says why, and leaves no `restart:` in the state", async () => {
    const token = "YW5vdGhlciB0b2tlbiBvZiB0aGUgc2FtZSBzaXplLi4=";
    world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: REGION, name: DOMAIN, status: "Failed", token }]);
    const preview = await stack.preview({ diff: true });
    assertExplained(preview);
    assert.match(preview.stdout, /restart: /);
    succeeded(await stack.up());
    assert.doesNotMatch(JSON.stringify((await stack.exportState()).deployment), /restart:/);
  });
});
