import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { assertGone, assertQuiet, assertStands, EU, inWorld, marksOf, US, urnIn, watch } from "./ownership";
import { VerifiedDomain } from "./resources";
import { DOMAIN, succeeded } from "./world";

const AP = "ap-southeast-2";
export const SECOND = fqdn("second-ses-example.com");

/** From "a" to "b", of which the named one waits for the other. */
export function movesRegion(order?: "a" | "b"): Promise<void> {
  return inWorld(async (world) => {
    let regions: Readonly<Record<"a" | "b", readonly string[]>> = { a: [US, EU], b: [AP] };
    const one = (name: "a" | "b", dependsOn: VerifiedDomain[] = []) =>
      new VerifiedDomain(
        name,
        {
          domain: DOMAIN,
          identities: regions[name].map((region) => ({ region })),
          dns: { kind: "route53" },
        },
        { dependsOn },
      );
    const stack = await world.open({
      async program() {
        if (order === "a") one("a", [one("b")]);
        else if (order === "b") one("b", [one("a")]);
        else void [one("a"), one("b")];
      },
    });
    succeeded(await stack.up());
    const before = { us: marksOf(world, US), ap: marksOf(world, AP) };
    regions = { a: [US], b: [AP, EU] };
    // One that waits for the other's update is declared after it: what the other gives away is gone by then, and made again.
    const seen = watch(world, order === "b" ? [US, AP] : [US, EU, AP]);
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { update: 2, same: 1 });
    seen.assertNone();
    await assertQuiet(stack);
    assertStands(world, { regions: [US, EU, AP] });
    assert.deepEqual({ us: marksOf(world, US), ap: marksOf(world, AP) }, before);
    assert.deepEqual(
      marksOf(world, EU).map(({ mark }) => mark),
      before.ap.map(({ mark }) => mark),
      "the region is the other resource's now",
    );
    const first = order === "a" ? "a" : "b";
    succeeded(await stack.destroy({ target: [await urnIn(stack, first)] }));
    assertStands(world, { regions: first === "a" ? [AP, EU] : [US] });
    succeeded(await stack.destroy());
    assertGone(world);
  });
}
