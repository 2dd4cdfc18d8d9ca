import assert from "node:assert/strict";
import {
  assertGone,
  assertStands,
  assertValues,
  inWorld,
  marksOf,
  statusesOf,
  tokensOf,
  watch,
} from "../../support/engine/ownership";
import { assertOneUpdate, BOTH, domainAlone, openWritten } from "../../support/engine/version-before";
import { succeeded } from "../../support/engine/world";

describe("a state of the version before marks", function () {
  this.timeout(400_000);

  it("whose domain has gone on to others goes with the last of them, whoever that is", () =>
    inWorld(async (world) => {
      const old = await openWritten(world, domainAlone());
      const [second, third] = [
        await world.open({ stack: "second", program: domainAlone() }),
        await world.open({ stack: "third", program: domainAlone() }),
      ];
      succeeded(await second.up());
      succeeded(await old.destroy());
      succeeded(await third.up());
      succeeded(await second.destroy());
      assert.deepEqual(Object.keys(statusesOf(world)), [...BOTH].sort());
      succeeded(await third.destroy());
      assertGone(world);
    }));

  it("that had adopted its identities registers, and leaves them on destroy", () =>
    inWorld(async (world) => {
      const stack = await openWritten(world, domainAlone(), { adopted: true });
      await assertOneUpdate(stack);
      assertStands(world, { regions: BOTH, made: false });
      const seen = watch(world, BOTH);
      succeeded(await stack.destroy());
      seen.assertNone();
      assert.deepEqual(marksOf(world), []);
      assertValues(world, tokensOf(world));
    }));
});
