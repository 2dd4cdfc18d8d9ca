import assert from "node:assert/strict";
import { planShown } from "../support/engine/planned";
import { policy, REGIONS } from "../support/engine/policy";
import {
  ACCOUNT,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../support/engine/world";

describe("a verified domain with only what is required of the least policy", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world.close());

  it("comes, is seen to drift, heals and goes", async () => {
    const required = policy({ zoneIds: [world.zoneId], requiredOnly: true });
    world.emulator.cloud.accounts.attachPolicy(ACCOUNT, required);
    const stack = await world.open({
      program: async () => void declare("mail", { dns: { kind: "route53", zoneId: world.zoneId } }),
    });
    succeeded(await stack.up());
    world.assertVerified(REGIONS);
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.match(planShown(drift.stdout), /^publish: txt-/);
    succeeded(await stack.up());
    world.assertVerified(REGIONS);
    succeeded(await stack.destroy());
    world.assertUntouched();
  });
});
