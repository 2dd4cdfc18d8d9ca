import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "scripts", "phrases.mjs");

describe("phrases that comments do not use", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-phrases-"));
    mkdirSync(join(folder, "provider"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = (text: string) => {
    writeFileSync(join(folder, "provider", "a.ts"), text);
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT, "--root", folder], { encoding: "utf8" });
    return { status, places: stdout.split("\n").flatMap((line) => /^\S+:\d+(?=:)/.exec(line) ?? []) };
  };

  it("are found in every kind of comment", () => {
    const text = [
      "/** The zone above. */",
      "/*",
      ` * Is ${"all"} the same.`,
      " */",
      `const a = 1; // what ${"the"} world sees`,
      `// a name ${"of"} before`,
    ];
    assert.deepEqual(found(text.join("\n")), {
      status: 1,
      places: [1, 3, 5, 6].map((line) => `provider/a.ts:${line}`),
    });
  });

  it("are not looked for in texts", () => {
    assert.deepEqual(found('const text = "the zone above";\n// another world\n'), { status: 0, places: [] });
  });
});
