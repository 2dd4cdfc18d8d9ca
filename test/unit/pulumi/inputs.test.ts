import assert from "node:assert/strict";
import { UNKNOWN } from "../../../provider/lifecycle/arguments/types";
import type { Step } from "../../../provider/lifecycle/lifecycle";
import { rememberIn } from "../../../provider/pulumi/dynamic/inputs";
import { programsOf, rememberedOf, toWire, WIRE_UNKNOWN } from "../../../provider/pulumi/inputs";

const STEPS: readonly Step[] = [{ step: "request", identity: "us-east-1", because: "absent" }, { step: "wait" }];
const planned = (steps: readonly Step[]) => ({
  text: "restart: it is gone",
  plan: { steps, held: [], findings: [], unknown: [] },
});

describe("the inputs of a dynamic resource", () => {
  it("are the program's arguments without what is remembered, and with our own mark of what is not known", () => {
    const wire = { domain: WIRE_UNKNOWN, identities: [{ region: WIRE_UNKNOWN }, { region: "eu-west-1" }], ttl: 5 };
    const inputs = { ...wire, __provider: "x", __urn: "y", verification: "verified", __plan: {}, __strangers: ["z"] };
    const own = programsOf(inputs);
    assert.deepEqual(own, { domain: UNKNOWN, identities: [{ region: UNKNOWN }, { region: "eu-west-1" }], ttl: 5 });
    assert.deepEqual(toWire(own), wire);
  });

  it("count the runs in a row that had the same to do, so that each shows another text", () => {
    const first = rememberIn({}, planned(STEPS), undefined);
    const second = rememberIn({ ...first }, planned(STEPS), undefined);
    const third = rememberIn({ ...second }, planned(STEPS), undefined);
    assert.deepEqual(
      [first, second, third].map(({ __plan }) => __plan?.runs),
      [1, 2, 3],
    );
    assert.equal(new Set([first, second, third].map(({ verification }) => verification)).size, 3);
    const healed = rememberIn({ ...third }, { ...planned([]), text: "verified" }, undefined);
    assert.deepEqual([healed.verification, healed.__plan], ["verified", undefined]);
    assert.equal(rememberIn({ ...third }, planned(STEPS.slice(0, 1)), undefined).__plan?.runs, 1);
  });

  it("of a version before marks tell that the resource is not registered", () => {
    assert.equal(rememberedOf({ domain: "example.com", verification: "verified" }).registered, false);
    assert.equal(rememberedOf({ ...rememberIn({}, { text: "verified" }, undefined) }).registered, true);
  });
});
