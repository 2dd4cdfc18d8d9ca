import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { assertGone, assertQuiet, assertStands, type Watch, watch } from "./ownership";
import { DOMAIN, type EngineWorld, Holder, succeeded } from "./world";

export async function replaceFirst(world: EngineWorld, mail: (first: Holder) => unknown): Promise<Watch> {
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
