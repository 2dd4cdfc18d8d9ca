import { deepEqual, equal, ok } from "node:assert/strict";
import { parseHostName } from "../../../emulator/names";

describe("emulator: names that a host may hold", () => {
  const [forty, sixty] = ["a".repeat(40), "b".repeat(60)];

  it("end a label at a dot behind a backslash that is itself escaped", () => {
    deepEqual(parseHostName(`${forty}\\\\.${forty}.com`), { name: `${forty}\\\\.${forty}.com` });
    ok("fault" in parseHostName(`${forty}\\.${forty}.com`));
  });

  it("are measured in octets, not in characters of their text", () => {
    const dots = "\\.".repeat(30);
    const name = [sixty, sixty, sixty, `${"c".repeat(20)}${dots}`, "com"].join(".");
    ok(name.length > 253);
    deepEqual(parseHostName(name), { name });
    ok("fault" in parseHostName([sixty, sixty, sixty, sixty, "com", "a".repeat(10)].join(".")));
    equal("fault" in parseHostName("a..com"), true);
  });
});
