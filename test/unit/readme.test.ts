import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IAM_ACTIONS } from "../../provider/aws/permissions";
import { planTable } from "../support/lifecycle/plan-table";

/** Between these two lines stands what `npm run docs` writes. */
const PLAN_TABLE = /<!-- plan table: npm run docs -->\n(.*?)\n<!-- end of the plan table -->/s;

const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");

describe("the README", () => {
  it("has the rules of the plan as they are", () => {
    const [, table] = PLAN_TABLE.exec(readme) ?? [];
    deepEqual(table, planTable());
  });

  it("has the policy that the code needs, action by action", () => {
    const [, json = ""] = /^```json\n(\{[^`]*"Statement"[^`]*\})\n```$/m.exec(readme) ?? [];
    const { Statement: statements } = JSON.parse(json) as {
      readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[] }[];
    };
    const allowed = statements.flatMap(({ Action }) => Action).sort();
    // STS asks for no permission but a role's own; an address needs one action more, which the text names.
    const called = IAM_ACTIONS.map(({ action }) => action).filter((one) => !/^sts:|VerifyEmailIdentity$/.test(one));
    deepEqual(allowed, [...called].sort());
    deepEqual([...new Set(statements.map(({ Effect }) => Effect))], ["Allow"]);
    for (const word of ["ses:VerifyEmailIdentity", "sts:AssumeRole"]) deepEqual(readme.includes(word), true, word);
  });

  it("says of every action that can be missing what is lost without", () => {
    const optional = IAM_ACTIONS.filter(
      ({ action, optional }) => optional && !/^sts:|VerifyEmailIdentity$/.test(action),
    );
    for (const { action } of optional) {
      deepEqual(readme.slice(readme.indexOf("Not needed, with what is lost")).includes(action), true, action);
    }
  });
});
