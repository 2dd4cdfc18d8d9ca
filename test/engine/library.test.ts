import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { dynamicOnly } from "../support/engine/door";
import { type Library, openLibrary } from "../support/engine/library";
import { type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

dynamicOnly("provider code in the state").describe("a domain that a library declares, on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let library: Library;
  beforeEach(async () => {
    world = await openEngineWorld();
    library = await openLibrary(world);
  });
  afterEach(() => world?.close());

  it("is served by the library's copy, also after an upgrade that leaves the state as it is", async () => {
    const { stack, at, install } = library;
    install("97.0.0");
    succeeded(await stack.up());
    assert.ok(existsSync(at("loaded-97.0.0")));
    const state = JSON.stringify(await stack.exportState());
    assert.equal(state.includes(stack.workDir), false, "an absolute path in the state");

    rmSync(at("packages/store"), { recursive: true });
    install("98.0.0");
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    succeeded(await stack.refresh());
    assert.ok(existsSync(at("loaded-98.0.0")));
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });
});
