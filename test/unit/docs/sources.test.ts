import assert from "node:assert/strict";
import { allBlocks, placeOf, readPage } from "../../support/docs/markdown";

const SOURCED = allBlocks().filter(({ marks }) => marks.source !== undefined);

/** Between `// #region NAME` and `// #endregion`, with its imports as they would be in `provider/dns/x/`. */
function regionOf(source: string): string {
  const [path = "", name = ""] = source.split("#");
  const [, after = ""] = readPage(path).split(`// #region ${name}\n`);
  const text = after.split(/^\/\/ #endregion/m)[0] ?? "";
  if (!path.startsWith("test/support/")) return text;
  return text.replaceAll('"../../../provider/dns/', '"../').replaceAll('"../../../provider/core/', '"../../core/');
}

describe("the blocks of the pages that repeat a file", () => {
  for (const block of SOURCED) {
    it(`are as the file is: ${placeOf(block)}`, () => assert.equal(block.text, regionOf(block.marks.source ?? "")));
  }

  it("are all that the page on adding a host shows", () => {
    const shown = allBlocks().filter(
      ({ page, language }) => page === "docs/hosts/adding-a-host.md" && language === "ts",
    );
    assert.ok(shown.length >= 4);
    assert.deepEqual(
      shown.filter(({ marks }) => marks.source === undefined),
      [],
    );
  });
});
