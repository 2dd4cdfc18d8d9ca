import assert from "node:assert/strict";
import { assertGone, assertStands, EU, inWorld, ourResources, statusesOf, US, urnIn, watch } from "./ownership";
import { DomainIdentity, VerifiedEmailAddress } from "./resources";
import { declare, succeeded } from "./world";

const ADDRESS = "sender@elsewhere-example.com";
const PARTS = "parts-example.com";

export function removesEveryKind(runProgram: boolean): Promise<void> {
  return inWorld(async (world) => {
    const stack = await world.open({
      async program() {
        declare("mail", { regions: [US, EU] });
        new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
        new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
      },
    });
    succeeded(await stack.up());
    assertStands(world, { regions: [US, EU] });
    const destroy = succeeded(await stack.destroy({ runProgram }));
    assert.equal(destroy.changes.delete, 4);
    assertGone(world);
    assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
    assert.deepEqual(await ourResources(stack), []);
  });
}

export function removesTheTarget(runProgram: boolean): Promise<void> {
  return inWorld(async (world) => {
    const stack = await world.open({
      async program() {
        declare("one", { regions: [US] });
        declare("other", { regions: [EU] });
      },
    });
    succeeded(await stack.up());
    const seen = watch(world, [EU]);
    succeeded(await stack.destroy({ runProgram, target: [await urnIn(stack, "one")] }));
    seen.assertNone();
    assertStands(world, { regions: [EU] });
    succeeded(await stack.destroy({ runProgram }));
    assertGone(world);
  });
}
