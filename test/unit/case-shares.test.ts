import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allJobs, shareOf } from "../support/doctor/case-shares";

const FOLDER = join(__dirname, "..", "servers", "doctor");

/** The worlds of test/zones are run by several files, each its share. */
describe("the shares of the doctor's cases", () => {
  it("each have a file, and no file another's: together they are all cases", () => {
    const files = readdirSync(FOLDER)
      .map((file) => file.replace(/\.test\.ts$/, ""))
      .sort();
    assert.deepEqual(files, [...new Set(allJobs().map(shareOf))].sort());
    for (const file of files) {
      const text = readFileSync(join(FOLDER, `${file}.test.ts`), "utf8");
      assert.deepEqual(text.match(/describeCases\("[^"]*"\)/g), [`describeCases("${file}")`]);
    }
  });
});
