import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { dynamicOnly } from "../support/engine/door";
import { type Library, openLibrary } from "../support/engine/library";
import { declare, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

dynamicOnly("provider code in the state").describe("a domain that a library declares, on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let library: Library;
  beforeEach(async () => {
    world = await openEngineWorld();
    library = await openLibrary(world);
  });
  afterEach(() => world?.close());

  it("names the package.json and the line where no copy is found, without a stack trace", async () => {
    const { stack, at, install } = library;
    install("97.0.0");
    succeeded(await stack.up());
    renameSync(at("packages"), at("elsewhere"));
    stack.changeProgram(async () => void declare("mail", { regions: ["us-east-1"] }));
    for (const run of [await stack.preview(), await stack.destroy()]) {
      assert.equal(run.failed, true);
      const told = run.stdout.replace(/\s+/g, " ");
      assert.ok(told.includes(at("package.json")), run.stdout);
      assert.match(told, /"pulumi-sesdomain": "\^\d+\.\d+\.\d+"/);
      assert.doesNotMatch(run.stdout + run.stderr, /Cannot find module|^\s+at .*\(/m);
    }
  });
});
