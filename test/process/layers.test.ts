import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "scripts", "layers.mjs");

interface Layers {
  readonly upward: readonly string[];
  readonly circles: readonly (readonly string[])[];
  readonly unplaced: readonly string[];
}

describe("the order of the layers", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-layers-"));
    for (const path of ["provider", "emulator"]) mkdirSync(join(folder, path));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  it("is kept", async () => {
    const { exitCode, layers } = await run();
    assert.deepEqual(layers, { upward: [], circles: [], unplaced: [] });
    assert.equal(exitCode, 0);
  });

  const leadsUp = {
    "a value": 'import { a } from "../lifecycle/a";',
    "a type": 'import type { A } from "../lifecycle/a";',
    "several lines": 'import {\n  a,\n  type B,\n} from "../lifecycle/a";',
    "an export": 'export { a } from "../lifecycle/a";',
    "a type in place": 'export const a = "a" satisfies import("../lifecycle/a").A;',
    "a dynamic import": 'export const a = () => import("../lifecycle/a.js");',
    "a require": 'export const a = () => require("../lifecycle/a");',
  };
  for (const [what, text] of Object.entries(leadsUp)) {
    it(`finds a new import that leads up: ${what}`, async () => {
      write("provider/dns/new.ts", `// The first line.\n${text}\n`);
      write("provider/lifecycle/a.ts", "export const a = 1;\n");
      const { exitCode, layers } = await run(folder);
      assert.deepEqual(layers.upward, ["provider/dns/new.ts -> provider/lifecycle/a.ts"]);
      assert.equal(exitCode, 1);
    });
  }

  it("finds an import within a floor", async () => {
    write("provider/aws/new.ts", 'import { clip } from "../authority/a";\n');
    write("provider/authority/a.ts", "export const clip = 1;\n");
    const { exitCode, layers } = await run(folder);
    assert.deepEqual(layers.upward, ["provider/aws/new.ts -> provider/authority/a.ts"]);
    assert.equal(exitCode, 1);
  });

  it("finds files that import one another, also by types alone", async () => {
    write("provider/core/a.ts", 'import { b } from "./b";\n');
    write("provider/core/b.ts", 'import { c } from "./c";\n');
    write("provider/core/c.ts", 'import type { A } from "./a";\n');
    const { exitCode, layers } = await run(folder);
    assert.deepEqual(layers.circles, [["provider/core/a.ts", "provider/core/b.ts", "provider/core/c.ts"]]);
    assert.equal(exitCode, 1);
  });

  it("finds a folder without a floor", async () => {
    write("provider/new/a.ts", "export const a = 1;\n");
    const { exitCode, layers } = await run(folder);
    assert.deepEqual(layers.unplaced, ["provider/new"]);
    assert.equal(exitCode, 1);
  });

  it("takes no import in a comment for one", async () => {
    write("provider/dns/new.ts", '/**\n * import { a } from "../lifecycle/a";\n */\n// import("../lifecycle/a")\n');
    write("provider/lifecycle/a.ts", "export const a = 1;\n");
    const { exitCode, layers } = await run(folder);
    assert.deepEqual(layers.upward, []);
    assert.equal(exitCode, 0);
  });
});

function run(root?: string): Promise<{ readonly exitCode: number; readonly layers: Layers }> {
  const args = [SCRIPT, "--json", ...(root === undefined ? [] : ["--root", root])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => {
      const exitCode = error === null ? 0 : Number(error.code);
      if (exitCode > 1 || Number.isNaN(exitCode)) reject(error);
      else resolve({ exitCode, layers: JSON.parse(stdout) });
    });
  });
}
