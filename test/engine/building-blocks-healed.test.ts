import assert from "node:assert/strict";
import { blocks, REGIONS } from "../support/engine/blocks";
import { planShown, plansShown } from "../support/engine/planned";
import type { EngineStack } from "../support/engine/stack";
import { type EngineWorld, HOUR_MS, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../support/engine/world";

/** The chapters share one stack: each begins where the one before ended. */
describe("identity, another provider's record, and verification on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => blocks(world.zoneId) });
    succeeded(await stack.up());
  });
  after(() => world.close());

  it("a value that somebody brings back leaves nothing to do", async () => {
    const values = world.at(NAME)?.values ?? [];
    world.setValues(NAME, [OTHER_TEAM]);
    assert.match(planShown((await stack.preview({ diff: true })).stdout), /^wait: txt-/);
    world.setValues(NAME, values);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("after a revocation, up with a refresh asks SES again, writes, and waits", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    await world.emulator.clock.advance(7 * 24 * HOUR_MS);
    assert.deepEqual(world.statuses(), { "us-east-1": "Failed", "eu-west-1": "Failed" });
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.ok(plansShown(drift.stdout).some((plan) => plan.startsWith("restart: verification-revoked")));
    succeeded(await stack.up({ refresh: true }));
    world.assertVerified(REGIONS);
  });
});
