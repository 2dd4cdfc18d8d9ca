import type { FaultSwitch } from "../../../emulator/faults";
import { program } from "../../support/engine/adopting";
import { assertGone, assertStands, inWorld, watch } from "../../support/engine/ownership";
import type { EngineRun } from "../../support/engine/stack";
import { type EngineWorld, succeeded } from "../../support/engine/world";

/** SES keeps fifty tags of an identity, and may show them late. */
describe("a domain whose tags are full or late", function () {
  this.timeout(400_000);

  it("tags that a destroy reads as they were before the other joined: it reads until it sees its own mark leaving", () =>
    inWorld(async (world) => {
      const dev = await world.open({ stack: "dev", program: program() });
      const prod = await world.open({ stack: "prod", program: program() });
      succeeded(await dev.up());
      const late = world.emulator.faults.http(
        { action: "ListTagsForResource" },
        { kind: "late-tags", lagMs: "frozen" },
      );
      succeeded(await prod.up());
      assertStands(world, { users: 2 });
      const seen = watch(world);
      succeeded(await reading(world, late, () => dev.destroy()));
      seen.assertNone();
      assertStands(world);
      succeeded(await prod.destroy());
      assertGone(world);
    }));

  it("tags that a destroy reads as they were before the create: they are not taken for removed by a third party", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: program() });
      const late = world.emulator.faults.http(
        { action: "ListTagsForResource" },
        { kind: "late-tags", lagMs: "frozen" },
      );
      succeeded(await stack.up());
      succeeded(await reading(world, late, () => stack.destroy()));
      assertGone(world);
    }));
});

/** Runs the operation; tags are late at its first two looks at them. */
async function reading(world: EngineWorld, late: FaultSwitch, operation: () => Promise<EngineRun>): Promise<EngineRun> {
  let looks = 0;
  const stop = world.emulator.onRequest(({ phase, action }) => {
    if (phase === "after" && action === "ListTagsForResource") looks += 1;
    if (looks === 2) late.off();
  });
  const run = await operation();
  stop();
  late.off();
  return run;
}
