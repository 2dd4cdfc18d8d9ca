import assert from "node:assert/strict";
import { isLeftOut } from "../../../../provider/pulumi/plugin/judge-outlook";

describe("ignoreChanges of outputs of the plugin", () => {
  const both = ["verified", "readyToSend"];
  const cases: readonly (readonly [drifted: readonly string[], ignored: readonly string[], leftOut: boolean])[] = [
    [["verified"], ["verified"], true],
    [["readyToSend"], ["readyToSend"], true],
    [["readyToSend"], ["verified"], false],
    [both, ["verified"], false],
    [both, ["readyToSend"], false],
    [both, both, true],
    [both, ["verification"], true],
    [both, ["*"], true],
    // What is to do, and is shown by no output.
    [[], both, false],
    [[], ["verification"], true],
  ];
  for (const [drifted, ignored, leftOut] of cases) {
    it(`[${ignored}] ${leftOut ? "silences" : "does not silence"} [${drifted}]`, () =>
      assert.equal(isLeftOut(drifted, ignored), leftOut));
  }
});
