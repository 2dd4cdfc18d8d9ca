import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");
const FOLDER = "docs/contributing";
const PAGES = [
  "CONTRIBUTING.md",
  "docs/architecture.md",
  ...readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`),
];

/** Where a new thing has a page of its own, and what is put in for its name. */
const PLACEHOLDER = /\b(CODE|FAMILY|PURPOSE|NAME)\b|…/;
const IN_THE_REPOSITORY =
  /^(provider|emulator|test|docs|scripts|bench|examples|\.github)\/\S*$|^[A-Z]+\.md$|^[a-z-]+\.json$/;

describe("the pages for contributors", () => {
  for (const page of PAGES) {
    const text = readFileSync(join(ROOT, page), "utf8");

    it(`name files that there are: ${page}`, () => {
      const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
      const named = spans.filter((span) => IN_THE_REPOSITORY.test(span) && !PLACEHOLDER.test(span));
      assert.ok(named.length > 5);
      assert.deepEqual(
        named.filter((path) => !existsSync(join(ROOT, path))),
        [],
      );
    });

    it(`link to pages that there are: ${page}`, () => {
      const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(ROOT, dirname(page), link))),
        [],
      );
    });
  }

  it("are found from CONTRIBUTING.md", () => {
    const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    assert.deepEqual(
      PAGES.slice(1).filter((page) => !text.includes(`](${page})`)),
      [],
    );
  });

  it("tell of every folder of provider/ and of provider/lifecycle/", () => {
    const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    for (const folder of ["provider", "provider/lifecycle"]) {
      const [, table = ""] = text.split(`| folder of \`${folder}/\` | what it does |\n| --- | --- |\n`);
      const rows = table.slice(0, table.indexOf("\n\n")).split("\n");
      const told = rows.flatMap((row) => row.split(" | ")[0]?.match(/[\w.-]+/g) ?? []);
      const there = readdirSync(join(ROOT, folder)).filter((name) => name !== "index.ts");
      assert.deepEqual(told.sort(), there.sort(), folder);
    }
  });
});
