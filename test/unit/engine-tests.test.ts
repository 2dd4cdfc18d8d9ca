import assert from "node:assert/strict";
import { DYNAMIC_ONLY } from "../support/engine/dynamic-only";

interface EngineTests {
  engineFiles(): readonly string[];
  pluginSample(): readonly string[];
  dynamicOnly(): Readonly<Record<string, readonly string[]>>;
}

describe("the tests that run with the plugin", () => {
  let tests: EngineTests;
  before(async () => {
    tests = await import("../../scripts/lib/engine-tests.mjs" as string);
  });

  it("are for each change a part of all, with every file once", () => {
    const [all, sample] = [tests.engineFiles(), tests.pluginSample()];
    assert.ok(sample.length > 0 && sample.length < all.length);
    assert.equal(new Set(sample).size, sample.length);
    assert.deepEqual(
      sample.filter((file) => !all.includes(file)),
      [],
    );
  });

  it("leave others out for a reason that is listed, and each reason is in use", () => {
    assert.deepEqual(Object.keys(tests.dynamicOnly()).sort(), Object.keys(DYNAMIC_ONLY).sort());
  });
});
