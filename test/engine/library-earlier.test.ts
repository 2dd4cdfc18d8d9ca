import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { shim } from "../../provider/resources/shim";
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

  it("goes on from a state whose lines are those of an earlier version", async () => {
    const { stack, at } = library;
    stack.changeProgram(async () => void declare("mail", { regions: ["us-east-1"] }));
    rmSync(at("package.json"));
    succeeded(await stack.up());
    const earlier = `exports.handler = () => require("module").createRequire(process.cwd() + "/")("pulumi-sesdomain/host").verifiedDomain;`;
    const text = JSON.stringify(await stack.exportState());
    const now = JSON.stringify(shim("verifiedDomain"));
    assert.ok(text.includes(now));
    await stack.importState(JSON.parse(text.replaceAll(now, JSON.stringify(earlier))));
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    succeeded(await stack.refresh());
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });
});
