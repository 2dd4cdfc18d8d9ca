import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "scripts", "bench.mjs");

describe("npm run bench", () => {
  const REFUSED: readonly (readonly string[])[] = [
    [],
    ["none-of-them", "--json"],
    ["detect", "--recrod"],
    ["detect", "--json", "--record=yes"],
    // Its result is on no page.
    ["merge", "--json", "--record"],
  ];
  for (const args of REFUSED) {
    it(`refuses before anything runs: ${JSON.stringify(args)}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8" });
      assert.deepEqual([status, stdout, stderr.trim().split("\n").length], [1, "", 1]);
    });
  }
});
