import assert from "node:assert/strict";
import {
  after,
  BOTH,
  before,
  CHANGE,
  DELETE,
  held,
  killAt,
  pending,
  resources,
  restore,
} from "../../support/engine/killed-engine";
import { declare, openEngineWorld, succeeded } from "../../support/engine/world";

const IN_DESTROY = [before(DELETE), after(DELETE), after(DELETE, 2), after(CHANGE)];

describe("an engine that is killed", function () {
  this.timeout(900_000);

  it("in destroy: the next destroy ends it", async () => {
    const world = await openEngineWorld();
    try {
      const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
      succeeded(await stack.up());
      const first = await stack.exportState();
      const identities = held(world);
      for (const moment of IN_DESTROY) {
        await stack.importState(first);
        restore(world, identities, []);
        const { where } = await killAt(world, stack, "destroy", moment);
        assert.deepEqual(pending(await stack.exportState()), ["deleting VerifiedDomain"], where);
        await stack.cancel();
        succeeded(await stack.destroy());
        world.assertUntouched();
        assert.deepEqual(resources(await stack.exportState()), [], where);
      }
    } finally {
      await world.close();
    }
  });
});
