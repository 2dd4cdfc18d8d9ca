import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { assertPrintable, HOSTILE } from "../support/hostile/text";

describe("text of the command line's arguments", () => {
  const run = promisify(execFile);
  const main = join(__dirname, "..", "..", "provider", "cli", "main.ts");
  // A command line holds no NUL and no half a pair.
  const all = Object.values(HOSTILE)
    .join(" ")
    .replace(/\0/g, "")
    .replace(/\p{Cs}/gu, "");
  for (const args of [
    ["emulator", "--zone", all],
    ["emulator", "--region", all],
    ["emulator", "--port", all],
    ["emulator", "--account", all, "--zone", all],
    ["doctor", all],
    ["doctor", "example.com", "--resolver", all],
    ["doctor", "--explain", all],
    ["doctor", "--stack", all, "--cwd", `/${all}`],
    [`--${all}`],
    [all],
  ]) {
    it(`is printable in a refusal of the command line: sesdomain ${args.join(" ").slice(0, 30).trim()} …`, async () => {
      const told = await run(process.execPath, ["--import", "tsx", main, ...args], { timeout: 60_000 }).catch(
        (error: { code: unknown; stdout: string; stderr: string }) => error,
      );
      assert.equal("code" in told ? told.code : 0, 2);
      assert.notEqual(told.stderr, "");
      assertPrintable(told.stdout);
      assertPrintable(told.stderr);
    }).timeout(120_000);
  }
});
