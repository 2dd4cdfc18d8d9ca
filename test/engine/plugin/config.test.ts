import assert from "node:assert/strict";
import { declarePlain, keysOf, openConfigured, plainState, rotate } from "../../support/engine/plugin-config";
import type { EngineRun, EngineStack } from "../../support/engine/stack";
import {
  ACCOUNT,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
  warningsOf,
} from "../../support/engine/world";

const SECRETS = ["first", "second", "third", "fourth", "fifth"].map((word) => `not-a-secret-but-the-${word}`);

/** The tests share one stack: each begins where the one before ended, with another secret. */
describe("the plugin's default provider, whose key is rotated, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  let stack: EngineStack;
  const said: EngineRun[] = [];
  let turn = 0;

  /** The state still has the secret of the run before. */
  async function rotated(run: () => Promise<EngineRun>): Promise<EngineRun> {
    rotate(world, ACCOUNT, SECRETS[turn] ?? "");
    turn += 1;
    const { accessKey, secretKey } = keysOf(world, ACCOUNT);
    await stack.changeConfig({ "sesdomain:accessKey": accessKey, "sesdomain:secretKey": { secret: secretKey } });
    const ran = succeeded(await run());
    said.push(ran);
    // An operation that could not ask SES goes on, and warns.
    assert.deepEqual(
      warningsOf(ran).filter((text) => text.startsWith("ses-credentials")),
      [],
    );
    return ran;
  }

  before(async () => {
    world = await openEngineWorld();
    stack = await openConfigured(world, {
      program: async () => void declarePlain(),
      config: { "sesdomain:region": "eu-west-1" },
    });
  });
  after(() => world?.close());

  it("takes region and key from the stack's config in up", async () => {
    await rotated(() => stack.up());
    world.assertVerified(["eu-west-1"]);
    const state = await plainState(stack);
    assert.ok(!state.includes(SECRETS[0] ?? ""), state);
  });

  it("takes the new key when a preview reads", async () => {
    await rotated(() => stack.preview({ expectNoChanges: true, diff: true }));
  });

  it("takes it in a refresh", async () => {
    await rotated(() => stack.refresh());
  });

  it("takes it in an up that repairs", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    await rotated(() => stack.up());
    world.assertVerified(["eu-west-1"]);
  });

  it("takes it in a destroy", async () => {
    await rotated(() => stack.destroy());
    world.assertUntouched();
  });

  it("shows no secret", () => {
    const told = said.map(({ stdout, stderr, events }) => `${stdout}${stderr}${JSON.stringify(events)}`).join("\n");
    for (const secret of SECRETS) assert.ok(!told.includes(secret));
  });
});
