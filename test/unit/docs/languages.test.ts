import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");
const PROGRAMS = {
  yaml: "yaml/Pulumi.yaml",
  python: "python/__main__.py",
  go: "go/main.go",
  csharp: "csharp/Program.cs",
};

describe("docs/languages.md", () => {
  const page = readFileSync(join(root, "docs", "languages.md"), "utf8");

  for (const [language, path] of Object.entries(PROGRAMS)) {
    it(`shows the example in ${language} as it is tested`, () => {
      const shown = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1];
      assert.equal(shown, readFileSync(join(root, "examples", path), "utf8"));
    });
  }
});
