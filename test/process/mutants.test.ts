import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..", "..");
const SCRIPT = join(ROOT, "scripts", "mutants.mjs");

const SOURCE = "exports.add = (a, b) => a + b;\nexports.larger = (a, b) => (a > b ? a : b);\n";
const ADD = {
  id: "add",
  file: "sum.js",
  find: "a + b",
  replace: "a - b",
  tests: ["add.test.js"],
  why: "sums are wrong",
};
const LARGER = { ...ADD, id: "larger", find: "a > b", replace: "a >= b" };

describe("npm run mutants", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-mutated-"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    write("sum.js", SOURCE);
    write("add.test.js", test("add(1, 2), 3"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const test = (expected: string) =>
    `const { add } = require("./sum.js");\nit("adds", () => require("node:assert").equal(${expected}));\n`;
  const run = (mutants: readonly object[], ...args: readonly string[]) => {
    write("test/mutants/list.mjs", `export default ${JSON.stringify(mutants)};\n`);
    return new Promise<{ readonly code: unknown; readonly lines: readonly string[] }>((resolve) => {
      execFile(process.execPath, [SCRIPT, "--root", folder, ...args], (error, stdout) =>
        resolve({ code: error === null ? 0 : error.code, lines: stdout.trim().split("\n") }),
      );
    });
  };

  it("tells the killed from the survivors, and fails where there are some", async () => {
    const both = await run([ADD, LARGER]);
    assert.equal(both.code, 1);
    assert.equal(both.lines.at(-1), "1 killed, 1 survived");
    assert.match(both.lines[0] ?? "", /^killed +add /);
    assert.match(both.lines[1] ?? "", /^survived +larger /);
    assert.equal(readFileSync(join(folder, "sum.js"), "utf8"), SOURCE);
  });

  it("runs one, or one part of all", async () => {
    for (const choice of [
      ["--only", "add"],
      ["--shard", "1/2"],
    ]) {
      assert.deepEqual((await run([ADD, LARGER], ...choice)).lines.at(-1), "1 killed, 0 survived");
    }
    assert.equal((await run([ADD], "--only", "other")).code, 1);
    for (const shard of ["0/2", "3/2", "2"]) assert.equal((await run([ADD], "--shard", shard)).code, 2);
  });

  it("counts none as killed whose tests fail without it, or cannot be run", async () => {
    write("add.test.js", test("add(1, 2), 4"));
    const failing = await run([ADD]);
    assert.deepEqual([failing.code, failing.lines.at(-1)], [1, "0 killed, 0 survived"]);
    write("add.test.js", test("add(1, 2), 3"));
    const broken = await run([{ ...ADD, replace: "a +" }]);
    assert.deepEqual([broken.code, broken.lines.at(-1)], [1, "0 killed, 0 survived"]);
  });

  it("runs nothing where the list does not fit the sources", async () => {
    for (const odd of [{ find: "exports" }, { find: "nowhere" }, { tests: ["none.test.js"] }, { replace: ADD.find }]) {
      assert.deepEqual(await run([{ ...ADD, ...odd }]), { code: 1, lines: [""] });
    }
    assert.deepEqual(await run([ADD, ADD]), { code: 1, lines: [""] });
  });
});
