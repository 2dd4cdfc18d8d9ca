import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { DOMAIN, declare, type EngineWorld, Holder, succeeded } from "../support/engine-world";
import { assertGone, assertQuiet, assertStands, inWorld, US, watch } from "../support/ownership";

/**
 * Where another resource is replaced with deleteBeforeReplace, the engine deletes what has to be replaced with it before the
 * program has come to declare it.
 */
describe("a domain that is replaced because another resource is", function () {
  this.timeout(400_000);

  it("replaceWith: the identity and its value stay", () =>
    inWorld((world) =>
      replacedWithAnother(world, (first) => declare("mail", { regions: [US] }, { replaceWith: [first] })),
    ));

  it("an input that is unknown until the other exists: the identity and its value stay", () =>
    inWorld((world) => replacedWithAnother(world, (first) => declare("mail", { regions: [US], domain: first.made }))));
});

async function replacedWithAnother(world: EngineWorld, mail: (first: Holder) => unknown): Promise<void> {
  let trigger = "one";
  const stack = await world.open({
    async program() {
      const options: pulumi.CustomResourceOptions = { replacementTrigger: trigger, deleteBeforeReplace: true };
      mail(new Holder("first", { value: DOMAIN }, options));
    },
  });
  succeeded(await stack.up());
  trigger = "two";
  const seen = watch(world);
  const up = succeeded(await stack.up());
  assert.deepEqual(up.changes, { replace: 2, same: 1 });
  seen.assertNone();
  await assertQuiet(stack);
  assertStands(world);
  succeeded(await stack.destroy());
  assertGone(world);
}
