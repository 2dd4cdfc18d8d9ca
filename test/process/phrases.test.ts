import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "scripts", "phrases.mjs");
/** Twenty-four words. */
const LONGEST = `One two three four five six seven eight nine ten eleven twelve
thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty 21 22 23 24`;
const LONG = `${LONGEST} 25`;
const oneLine = (text: string) => text.replaceAll("\n", " ");

describe("the check of words and sentences", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-phrases-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** `path:line` of what is found in one file. */
  const found = (path: string, lines: readonly string[] | string): readonly string[] => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof lines === "string" ? lines : lines.join("\n"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, "--root", folder], { encoding: "utf8" });
    const places = stdout.split("\n").flatMap((line) => /^\S+:\d+(?=: )/.exec(line) ?? []);
    assert.equal(status, places.length > 0 ? 1 : 0, stdout + stderr);
    rmSync(file);
    const lineOf = (place: string) => Number(place.slice(place.lastIndexOf(":") + 1));
    return places.sort((a, b) => lineOf(a) - lineOf(b));
  };
  const at = (path: string, ...lines: readonly number[]) => lines.map((line) => `${path}:${line}`);

  it("finds words in every kind of comment", () => {
    const path = "provider/a.ts";
    const text = [
      "/** The zone above. */",
      "/*",
      ` * Is ${"all"} the same.`,
      " */",
      `const a = 1; // what ${"the"} world sees`,
      `// a name ${"of"} before, and ${"`the"} world\` as code`,
    ];
    assert.deepEqual(found(path, text), at(path, 1, 3, 5, 6));
    assert.deepEqual(found(path, [`// what ${"the"}`, "// world sees"]), at(path, 1));
  });

  for (const path of ["provider/a.ts", "emulator/b/a.ts", "scripts/a.mjs", "demo/a.ts", "examples/x/a.ts"]) {
    it(`finds words in strings and templates: ${path}`, () => {
      const text = [
        'const a = "It mends the record.";',
        "const b = 'asks anew';",
        `const c = \`says \${\`nobody \${a}\`} here\`;`,
        'const d = "for some" + "body else";',
        "const e = `one",
        "  two, whoever asks`;",
        'const f = ok ? "nobody" : "both";',
      ];
      assert.deepEqual(found(path, text), at(path, 1, 2, 3, 4, 6, 7));
    });
  }

  it("takes no name in the code for a text", () => {
    const text = [
      'import { door } from "./door";',
      'export * from "./door";',
      'type Way = "beside" | "door";',
      'const mend = { nobody: 1 }["nobody"];',
      'if (kind === "nobody") somebody(anew);',
      'switch (way) { case "door": break; }',
      'const id = "front-door";',
      "const pattern = /anew|nobody/;",
      'const other = import("./door");',
    ];
    assert.deepEqual(found("provider/a.ts", text), []);
  });

  it("finds words in tests' comments, not in their strings", () => {
    const path = "test/a.test.ts";
    assert.deepEqual(found(path, ['const a = "nobody is here";', "// nobody is here"]), at(path, 2));
  });

  it("finds long sentences in strings, where what is filled in counts as one word", () => {
    const path = "provider/a.ts";
    const longest = oneLine(LONGEST).replace("24", `$${"{a + b + c}"}`);
    const text = [
      `const a = "${oneLine(LONGEST)}. ${oneLine(LONGEST)}.";`,
      `const b = "${oneLine(LONG)}";`,
      `const c = \`${longest}\`;`,
      `const d = \`${longest} 25\`;`,
      `const e = "One two three four five six seven eight nine ten " +`,
      `  "eleven twelve 13 14 15 16 17 18 19 20 21 22 23 24 25";`,
      `const f = "${oneLine(LONGEST)}\\n${oneLine(LONGEST)}";`,
      `const g = "${oneLine(LONGEST).replace("24", "`pulumi up --refresh`")}";`,
    ];
    assert.deepEqual(found(path, text), at(path, 2, 4, 5));
  });

  it("takes the lines of a template for lines of output, unless a sentence goes on", () => {
    const path = "scripts/a.mjs";
    const half = oneLine(LONGEST).split(" ").slice(0, 15).join(" ");
    assert.deepEqual(found(path, [`const a = \`${half}`, `  ${half}`, `  ${LONG}\`;`]), at(path, 3));
    assert.deepEqual(found(path, [`const a = \`${half}`, `${half.toLowerCase()}\`;`]), at(path, 1));
  });

  it("finds words and long sentences in Markdown, outside code", () => {
    const path = "docs/a/page.md";
    const text = [
      "# Who mends what",
      "",
      "A text that `nobody` reads, and",
      "somebody does.",
      "",
      "```sh",
      "echo nobody",
      "```",
      "| a door | `a door` |",
      "| --- | --- |",
      "<!-- nobody -->",
      "- anew",
      "- [nobody](https://example.com/nobody) and [the page](https://example.com/door)",
      "> Beside that.",
      "  ~~~",
      "  whoever",
      "  ~~~",
    ];
    assert.deepEqual(found(path, text), at(path, 1, 4, 9, 12, 13, 14));
    assert.deepEqual(found(path, `${LONG}.\n\n${LONGEST}. ${LONGEST}.`), at(path, 1));
    assert.deepEqual(found(path, "Not all\nthe same."), at(path, 1));
    assert.deepEqual(found(path, `Short.\nShort ${LONGEST}`), at(path, 2));
  });

  it("judges headings, items and cells each by itself", () => {
    const half = oneLine(LONGEST).split(" ").slice(0, 20).join(" ");
    const text = [`# ${half}`, half, `- ${half}`, `- ${half}`, `  1. ${half}`, `| ${half} | ${half} |`, half];
    assert.deepEqual(found("README.md", text), []);
    assert.deepEqual(found("README.md", [`- ${half}`, `  ${half}`]), at("README.md", 1));
  });

  it("reads pages, templates and workflows of GitHub", () => {
    assert.deepEqual(found(".github/PULL.md", "- [ ] nobody"), at(".github/PULL.md", 1));
    const path = ".github/workflows/a.yml";
    assert.deepEqual(found(path, ["name: a door", "# mends", "run: ok", "  - label: anew"]), at(path, 1, 2, 4));
  });

  it("leaves released changes as they are", () => {
    const text = ["# Changelog", "## [Unreleased]", "- nobody", "## [1.0.0] - 2026-01-01", "- nobody"];
    assert.deepEqual(found("CHANGELOG.md", text), at("CHANGELOG.md", 3));
  });

  it("does not read what is installed or built", () => {
    for (const path of ["node_modules/a/README.md", "dist/a.md", ".tmp/a.md"])
      assert.deepEqual(found(path, "nobody"), []);
  });
});
