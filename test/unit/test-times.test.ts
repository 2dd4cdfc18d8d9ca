import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Times {
  longestFirst(spec: string | readonly string[], root: string): readonly string[];
  slowestLines(files: Readonly<Record<string, number>>): readonly string[];
}

describe("the order of test files", () => {
  let root: string;
  let times: Times;
  before(async () => {
    times = await import("../../scripts/lib/test-times.mjs" as string);
    root = mkdtempSync(join(tmpdir(), "sesdomain-times-"));
    mkdirSync(join(root, "test", "one", "deep"), { recursive: true });
    for (const [name, size] of [
      ["one/a", 10],
      ["one/b", 20],
      ["one/deep/c", 1],
    ] as const) {
      writeFileSync(join(root, "test", `${name}.test.ts`), "x".repeat(size));
    }
    writeFileSync(join(root, "test", "one", "support.ts"), "");
    writeFileSync(join(root, "test", "times.json"), JSON.stringify({ "test/one/deep/c.test.ts": 50 }));
  });
  after(() => rmSync(root, { recursive: true }));

  it("has those first that are known to take long, then the largest", () => {
    assert.deepEqual(times.longestFirst("test/one/**/*.test.ts", root), [
      "test/one/deep/c.test.ts",
      "test/one/b.test.ts",
      "test/one/a.test.ts",
    ]);
  });

  it("is the same of files that are named", () => {
    const files = ["test/one/b.test.ts", "test/one/deep/c.test.ts"];
    assert.deepEqual(times.longestFirst(files, root), [...files].reverse());
  });

  it("leaves one file, and another pattern, as they are", () => {
    for (const spec of ["test/one/a.test.ts", "test/{one,two}/**/*.test.ts", "test/none/**/*.test.ts"]) {
      assert.deepEqual(times.longestFirst(spec, root), [spec]);
    }
  });

  it("tells the slowest five, and each that is too slow", () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, at < 7 ? 61_000 + at : 2_000]));
    assert.equal(times.slowestLines(files).length, 7);
    assert.equal(times.slowestLines({ a: 500, b: 2_000, c: 70_000 }).length, 2);
  });

  it("is told by times of files that there are", () => {
    const repository = join(__dirname, "..", "..");
    const known: Readonly<Record<string, number>> = JSON.parse(
      readFileSync(join(repository, "test", "times.json"), "utf8"),
    );
    assert.deepEqual(
      Object.keys(known).filter((file) => !existsSync(join(repository, file))),
      [],
    );
  });
});
