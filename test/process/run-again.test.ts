import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const LIBRARY = pathToFileURL(join(__dirname, "..", "..", "scripts", "lib", "mocha.mjs")).href;

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly { readonly title: string }[];
  readonly unsteady: readonly { readonly title: string }[];
}

/** What CI does with a test that fails: `runMochaTwice` in `scripts/lib/mocha.mjs`. */
describe("tests that fail in CI", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-again-"));
    file("good", "");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, body: string) =>
    writeFileSync(
      join(folder, `${name}.test.ts`),
      `const fs = require("node:fs"); it("${name}", () => { ${body} });\n`,
    );
  /** In a process of its own, since it prints what fails. */
  async function run(): Promise<Tally> {
    const options = JSON.stringify({ cwd: folder, outside: true, jobs: 2 });
    const script = `import { writeFileSync } from "node:fs"; import { runMochaTwice } from "${LIBRARY}";
      writeFileSync("tally.json", JSON.stringify(await runMochaTwice("*.test.ts", ${options})));`;
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, "tally.json"), "utf8"));
  }
  /** Throws as often as that. */
  const failing = (times: number) =>
    `fs.appendFileSync("count", "x"); if (fs.readFileSync("count").length <= ${times}) throw new Error("no");`;

  it("count as passed, and are named, where they pass when run again", async () => {
    file("unsteady", failing(1));
    const { passed, failed, unsteady } = await run();
    assert.deepEqual(
      { passed, failed, unsteady: unsteady.map(({ title }) => title) },
      { passed: 2, failed: 0, unsteady: ["unsteady"] },
    );
  });

  it("have failed where they fail again", async () => {
    file("failing", failing(2));
    const { passed, failed, failures } = await run();
    assert.deepEqual(
      { passed, failed, failures: failures.map(({ title }) => title) },
      { passed: 1, failed: 1, failures: ["failing"] },
    );
  });

  it("have failed where many fail at once", async () => {
    for (const name of ["a", "b", "c", "d"]) file(name, "throw new Error('no')");
    const { passed, failed } = await run();
    assert.deepEqual({ passed, failed }, { passed: 1, failed: 4 });
  });
});
