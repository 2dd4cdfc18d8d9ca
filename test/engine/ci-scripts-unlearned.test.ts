import assert from "node:assert/strict";
import { type CiScripts, openCiScripts } from "../support/engine/ci-scripts";
import { type EngineWorld, NAME, OTHER_TEAM, openEngineWorld } from "../support/engine/world";

describe("the scripts of docs/ci, with the real CLI", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let scripts: CiScripts;
  before(async () => {
    world = await openEngineWorld();
    scripts = await openCiScripts(world);
  });
  after(async () => {
    await scripts?.close();
    await world?.close();
  });

  it("end with 1 where something could not be learned, also where something has drifted", async () => {
    const { script, whole } = scripts;
    const faults = ["ses", "sesv2"].map((service) => world.emulator.faults.http({ service }, { kind: "error" }));
    for (const values of [[OTHER_TEAM], [OTHER_TEAM, ...world.tokens()]]) {
      world.setValues(NAME, values);
      const unknown = await script("drift.sh");
      assert.equal(unknown.exitCode, 1, unknown.stdout);
      assert.match(unknown.stderr, /exit code [1-6]\b/);
    }
    for (const fault of faults) fault.off();
    whole();
    assert.equal((await script("drift.sh")).exitCode, 0);
  });
});
