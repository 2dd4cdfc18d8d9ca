import { deepEqual, equal } from "node:assert/strict";
import { openSlots, slotsOf } from "../../../provider/pulumi/slots";

describe("the places that the engine has", () => {
  it("are four for each core, or what PULUMI_PARALLEL says", () => {
    deepEqual(
      [slotsOf({}, 2), slotsOf({ PULUMI_PARALLEL: "" }, 2), slotsOf({ PULUMI_PARALLEL: "many" }, 3)],
      [8, 8, 12],
    );
    deepEqual([slotsOf({ PULUMI_PARALLEL: "64" }), slotsOf({ PULUMI_PARALLEL: "0" })], [64, Number.POSITIVE_INFINITY]);
  });

  it("are told of once, where more domains are new than there are places, and wait", () => {
    const slots = openSlots(3);
    const others = [
      { isNew: false, waits: true },
      { isNew: true, waits: false },
    ];
    for (const one of others) for (let at = 0; at < 9; at += 1) equal(slots.warningFor(one), undefined);
    const told = Array.from({ length: 9 }, () => slots.warningFor({ isNew: true, waits: true }) !== undefined);
    deepEqual(told, [false, false, false, true, false, false, false, false, false]);
  });
});
