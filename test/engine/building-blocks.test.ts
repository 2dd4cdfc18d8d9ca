import assert from "node:assert/strict";
import { blocks, REGIONS } from "../support/engine/blocks";
import { planShown } from "../support/engine/planned";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
  warningsOf,
} from "../support/engine/world";

/** The chapters share one stack: each begins where the one before ended. */
describe("identity, another provider's record, and verification on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let timeout = "2m";

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => blocks(world.zoneId, timeout) });
  });
  after(() => world.close());

  it("the very first preview plans all three, though nothing is known", async () => {
    const plan = succeeded(await stack.preview());
    assert.deepEqual(plan.changes, { create: 4 });
    assert.deepEqual(warningsOf(plan), []);
    world.assertUntouched();
  });

  it("up asks SES, has the record written, and waits", async () => {
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { create: 4 });
    world.assertVerified(REGIONS);
    const arns = REGIONS.map((region) => [region, `arn:aws:ses:${region}:${ACCOUNT}:identity/${DOMAIN}`]);
    assert.deepEqual(up.outputs, { arns: { [DOMAIN]: Object.fromEntries(arns) }, verified: true });
  });

  it("a preview right after shows no change", async () => {
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
    assert.deepEqual(warningsOf(quiet), []);
  });

  it("a preview says that the value is gone, and who has to bring it back", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 3, update: 1 });
    const line = planShown(drift.stdout);
    assert.match(line, /^wait: txt-/);
    assert.match(line, /writes no DNS: .*pulumi up --refresh/);
    assert.match(warningsOf(drift).join("\n"), /pulumi up --refresh/);
  });

  it("up without a refresh waits in vain, and says the same", async () => {
    timeout = "5s";
    const up = await stack.up();
    assert.equal(up.failed, true);
    assert.match(up.stdout, /was not verified within 5s/);
    assert.match(up.stdout, /pulumi up --refresh/);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  it("up with a refresh has the record's provider write it again", async () => {
    timeout = "2m";
    succeeded(await stack.up({ refresh: true }));
    world.assertVerified(REGIONS);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("destroy takes the identities; the record goes with its own provider", async () => {
    const destroy = succeeded(await stack.destroy());
    assert.deepEqual(destroy.changes, { delete: 4 });
    assert.deepEqual(world.statuses(), {});
    assert.equal(world.at(NAME), undefined);
  });
});
