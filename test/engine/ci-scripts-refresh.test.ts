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

  it("tell what a refresh does not: that something could not be learned", async () => {
    const { refresh, whole } = scripts;
    world.setValues(NAME, [OTHER_TEAM]);
    assert.equal(await refresh(), 7);
    whole();
    const faults = ["ses", "sesv2"].map((service) => world.emulator.faults.http({ service }, { kind: "error" }));
    assert.equal(await refresh(), 0);
    for (const fault of faults) fault.off();
  });
});
