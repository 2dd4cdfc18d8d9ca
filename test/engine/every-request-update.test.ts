import assert from "node:assert/strict";
import { ACCOUNT, DOMAIN } from "../support/emulator/domain";
import { args, type KilledWorld, openKilledWorld } from "../support/emulator/killed-process";

/**
 * Every request that an operation makes, before and after it takes effect, is a place to die: at each one the process
 * is stopped, a new one runs the operation again from the state as it was, and all has to be as if nothing had happened.
 * The engine is left out here, so that all of them can be walked. The tests in `test/engine/kills` kill it where something changes.
 */
describe("a process that dies at any request", function () {
  this.timeout(120_000);
  let killed: KilledWorld;
  beforeEach(async () => {
    killed = await openKilledWorld();
  });
  afterEach(() => killed?.world.close());

  it("in update: heals, adds a region and removes one", async () => {
    const { world, killAt, restore, remember, unsigned, assertConverged, adopted } = killed;
    const before = await world.run().up(args("us-east-1", "eu-west-1"));
    const tokens = remember();
    const old = (region: string) => tokens.get(region) ?? "";
    let windows = 0;
    for (let k = 1; ; k += 1) {
      restore([old("eu-west-1")], {
        "us-east-1": [old("us-east-1"), "Failed"],
        "eu-west-1": [old("eu-west-1"), "Success"],
      });
      const after = args("us-east-1", "ap-southeast-2");
      const step = await killAt(k, (signal) => world.run({ signal }).up(after, before));
      if (step === undefined) break;
      const where = `killed ${step.phase} ${step.call} (event ${k})`;
      const orphans = unsigned();
      const standing = await world.run().up(after, before);
      assertConverged(standing, ["us-east-1", "ap-southeast-2"], where);
      assert.ok(
        orphans.every((region) => region === "ap-southeast-2"),
        where,
      );
      assert.deepEqual(adopted(standing), orphans, where);
      if (orphans.length > 0) windows += 1;
      world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "ap-southeast-2" }, DOMAIN);
    }
    assert.ok(windows > 0, "the walk came by the window between asking and signing");
  });
});
