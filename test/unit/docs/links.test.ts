import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { anchorsOf, linksOf, pages, ROOT, readPage } from "../../support/docs/markdown";

/** Without it npm has no place to resolve a relative link by, so a link must lead to what is in the package. */
const { files } = JSON.parse(readPage("package.json")) as { readonly files: readonly string[] };
const LEFT_OUT = files.filter((one) => one.startsWith("!")).map((one) => one.slice(1));
/** npm packs these by themselves. */
const ALWAYS = ["package.json", "README.md", "LICENSE"];

function isPacked(path: string): boolean {
  const within = (entry: string) => path === entry || path.startsWith(`${entry}/`);
  return ALWAYS.includes(path) || (files.some(within) && !LEFT_OUT.some(within));
}

const packedPages = [...pages(), "CHANGELOG.md"].filter(isPacked);

/** Where a link of a page leads: a path from the root, and the anchor there. */
function targetOf(page: string, link: string): { readonly path: string; readonly anchor: string } {
  const [file = "", anchor = ""] = link.split("#");
  const path = file === "" ? page : posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(file)));
  return { path: path.replace(/\/$/, ""), anchor };
}

const relative = (page: string) => linksOf(readPage(page)).filter((link) => !/^[a-z]+:/.test(link));

describe("the links of the pages", () => {
  for (const page of [...pages(), "CHANGELOG.md"]) {
    it(`lead to files and headings that there are: ${page}`, () => {
      const broken = relative(page).filter((link) => {
        const { path, anchor } = targetOf(page, link);
        if (!existsSync(join(ROOT, path))) return true;
        return anchor !== "" && !(path.endsWith(".md") && anchorsOf(readPage(path)).includes(anchor));
      });
      assert.deepEqual(broken, []);
    });
  }

  for (const page of packedPages) {
    it(`lead to what is in the package: ${page}`, () => {
      const outside = relative(page).filter((link) => {
        const { path } = targetOf(page, link);
        if (isPacked(path)) return false;
        const folder = statSync(join(ROOT, path), { throwIfNoEntry: false })?.isDirectory();
        return !(folder && readdirSync(join(ROOT, path)).some((name) => isPacked(`${path}/${name}`)));
      });
      assert.deepEqual(outside, []);
    });
  }

  it("name no address of this project that it does not have", () => {
    const { repository } = JSON.parse(readPage("addresses.json")) as { readonly repository: string | null };
    const own = [...pages()].flatMap((page) =>
      linksOf(readPage(page)).filter((link) => /^https?:.*sesdomain/.test(link)),
    );
    assert.deepEqual(
      own.filter((link) => repository === null || !link.startsWith(repository)),
      [],
    );
  });
});
