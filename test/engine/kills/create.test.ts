import assert from "node:assert/strict";
import {
  adopted,
  after,
  assertComplete,
  BOTH,
  before,
  CHANGE,
  killAt,
  pending,
  restore,
  TAG,
  VERIFY,
} from "../../support/engine/killed-engine";
import { declare, openEngineWorld, succeeded } from "../../support/engine/world";

const INSYNC = "route53:GetChange";
const STATUS = "ses:GetIdentityVerificationAttributes";

/*
 * Before anything, after each call that changes something, and in the waits. What lies between two of these changes
 * nothing, in the cloud or in the state; the tests `every-request*.test.ts` walk it all, with the engine left out.
 */
const IN_CREATE = [
  before(VERIFY),
  after(VERIFY),
  after(VERIFY, 2),
  after(TAG),
  after(TAG, 2),
  after(CHANGE),
  after(INSYNC),
  after(STATUS, 5),
];

describe("an engine that is killed", function () {
  this.timeout(900_000);

  it("in create: the next up takes over what is there", async () => {
    const world = await openEngineWorld();
    try {
      const stack = await world.open({ program: async () => void declare("mail", { regions: BOTH }) });
      const empty = await stack.exportState();
      let windows = 0;
      for (const moment of IN_CREATE) {
        await stack.importState(empty);
        restore(world, {}, []);
        const { where, orphans } = await killAt(world, stack, "up", moment);
        assert.deepEqual(pending(await stack.exportState()), ["creating VerifiedDomain"], where);
        await stack.cancel();
        const up = succeeded(await stack.up());
        assert.match(up.stdout, /interrupted while creating/, where);
        world.assertVerified(BOTH);
        const state = await stack.exportState();
        assertComplete(state, world, BOTH, where);
        // Between VerifyDomainIdentity and TagResource nothing tells whose the identity is: it is taken for one that was there.
        assert.deepEqual(adopted(state), orphans, where);
        if (moment.call === VERIFY && moment.phase === "after") windows += orphans.length;
        else if (moment.call !== TAG) assert.deepEqual(orphans, [], where);
      }
      assert.ok(windows > 0, "the walk came by the window between asking and signing");
      // The engine goes on, but warns of the interrupted creation until it is told to forget it.
      assert.deepEqual(pending(await stack.exportState()), ["creating VerifiedDomain"]);
      succeeded(await stack.refresh({ clearPendingCreates: true }));
      assert.deepEqual(pending(await stack.exportState()), []);
      assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
    } finally {
      await world.close();
    }
  });
});
