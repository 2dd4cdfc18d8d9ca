import assert from "node:assert/strict";
import { ACCOUNT, DOMAIN, NAME, OTHER_TEAM, SPF } from "../support/emulator/domain";
import { args, BOTH, type KilledWorld, openKilledWorld } from "../support/emulator/killed-process";

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

  it("in create: the next up takes over what is there", async () => {
    const { world, killAt, restore, unsigned, assertConverged, adopted } = killed;
    let windows = 0;
    for (let k = 1; ; k += 1) {
      restore([], {});
      const step = await killAt(k, (signal) => world.run({ signal }).up(args(...BOTH)));
      if (step === undefined) break;
      const where = `killed ${step.phase} ${step.call} (event ${k})`;
      const orphans = unsigned();
      const standing = await world.run().up(args(...BOTH));
      assertConverged(standing, BOTH, where);
      // Between VerifyDomainIdentity and TagResource nothing tells whose the identity is: it is kept, and left on destroy.
      assert.deepEqual(adopted(standing), orphans, where);
      if (orphans.length === 0) continue;
      windows += 1;
      await world.run().destroy(standing);
      assert.deepEqual(
        Object.keys(world.statuses()).sort(),
        orphans.map((region) => `${ACCOUNT}/${region}`),
        where,
      );
      const left = world.emulator.cloud.ses.identities().map(({ token }) => token ?? "");
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...left].sort(), where);
    }
    assert.ok(windows > 0, "the walk came by the window between asking and signing");
  });

  it("in destroy: the next destroy ends it", async () => {
    const { world, killAt, restore, remember } = killed;
    const standing = await world.run().up(args(...BOTH));
    const tokens = remember();
    for (let k = 1; ; k += 1) {
      restore(
        [...tokens.values()],
        Object.fromEntries([...tokens].map(([region, token]) => [region, [token, "Success"]])),
      );
      const step = await killAt(k, (signal) => world.run({ signal }).destroy(standing));
      if (step !== undefined) await world.run().destroy(standing);
      const where = `killed ${step?.phase} ${step?.call} (event ${k})`;
      assert.deepEqual(world.statuses(), {}, where);
      assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM] }, where);
      assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] }, where);
      if (step === undefined) break;
    }
  });
});
