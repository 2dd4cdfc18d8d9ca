import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planTable } from "../support/lifecycle/plan-table";

/** Between these two lines stands what `npm run docs` writes. */
const PLAN_TABLE = /<!-- plan table: npm run docs -->\n(.*?)\n<!-- end of the plan table -->/s;

const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");

describe("the README", () => {
  it("is read in a few minutes", () => {
    deepEqual(
      [readme.split("\n").length <= 112, readme.split(/\s+/).length <= 1200, readme.length <= 8000],
      [true, true, true],
    );
  });

  it("has the rules of the plan as they are", () => {
    const [, table] = PLAN_TABLE.exec(readme) ?? [];
    deepEqual(table, planTable());
  });
});
