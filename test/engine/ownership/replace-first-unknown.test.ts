import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { assertGone, assertQuiet, assertStands, inWorld, US, type Watch, watch } from "../../support/engine/ownership";
import { DOMAIN, declare, type EngineWorld, Holder, succeeded } from "../../support/engine/world";

/** Where another resource is replaced with deleteBeforeReplace, the engine deletes with it what is replaced with it. */
describe("a domain that depends on a resource that is deleted before it is replaced", function () {
  this.timeout(400_000);

  it("stays where an input of it is unknown until the other exists", () =>
    inWorld(async (world) => {
      const seen = await replaceFirst(world, (first) => declare("mail", { regions: [US], domain: first.made }));
      seen.assertNone();
    }));

  /** The engine calls its Delete before the program has come to declare it, as it does for what the program no longer declares. */
  it("is verified again at the end of the run where replaceWith names the other", () =>
    inWorld(async (world) => {
      await replaceFirst(world, (first) => declare("mail", { regions: [US] }, { replaceWith: [first] }));
    }));
});

async function replaceFirst(world: EngineWorld, mail: (first: Holder) => unknown): Promise<Watch> {
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
  assert.ok((up.changes.replace ?? 0) >= 1);
  seen.stop();
  await assertQuiet(stack);
  assertStands(world);
  succeeded(await stack.destroy());
  assertGone(world);
  return seen;
}
