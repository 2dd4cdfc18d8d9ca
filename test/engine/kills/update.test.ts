import assert from "node:assert/strict";
import {
  adopted,
  after,
  assertComplete,
  BOTH,
  before,
  CHANGE,
  DELETE,
  held,
  killAt,
  pending,
  restore,
  TAG,
  VERIFY,
} from "../../support/engine/killed-engine";
import { declare, openEngineWorld, succeeded } from "../../support/engine/world";

const IN_UPDATE = [
  before(VERIFY),
  after(VERIFY),
  after(VERIFY, 2),
  after(TAG),
  after(CHANGE),
  before(DELETE),
  after(DELETE),
  after(CHANGE, 2),
];

describe("an engine that is killed", function () {
  this.timeout(900_000);

  it("in update: the next up heals, adds a region and removes one", async () => {
    const world = await openEngineWorld({ ses: { tokenAfterFailure: "new" } });
    try {
      const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
      succeeded(await stack.up());
      const first = await stack.exportState();
      const identities = held(world);
      const wanted = ["ap-southeast-2", "us-east-1"];
      stack.changeProgram(async () => void declare("mail", { regions: wanted }));
      for (const moment of IN_UPDATE) {
        await stack.importState(first);
        // SES has revoked us-east-1, and its value is gone.
        restore(world, identities, ["us-east-1"]);
        const { where, orphans } = await killAt(world, stack, "up", moment);
        assert.deepEqual(pending(await stack.exportState()), ["updating VerifiedDomain"], where);
        await stack.cancel();
        succeeded(await stack.up());
        world.assertVerified(wanted);
        const state = await stack.exportState();
        assert.deepEqual(pending(state), [], where);
        assertComplete(state, world, wanted, where);
        assert.ok(
          orphans.every((region) => region === "ap-southeast-2"),
          where,
        );
        assert.deepEqual(adopted(state), orphans, where);
      }
    } finally {
      await world.close();
    }
  });
});
