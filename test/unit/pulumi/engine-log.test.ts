import assert from "node:assert/strict";
import { isCi, openEngineLog } from "../../../provider/pulumi/engine-log";

describe("what the engine is sent", () => {
  const minuteOfTicks = (quiet: boolean) => {
    const sent: string[] = [];
    let nowMs = 0;
    const send = (_severity: string, text: string, _urn: string, ephemeral: boolean) =>
      void sent.push(`${ephemeral ? "" : "stays: "}${text}`);
    const log = openEngineLog("urn:pulumi:a::b::c::d", send, quiet, () => nowMs);
    log.status("0/3");
    for (nowMs = 5_000; nowMs < 60_000; nowMs += 5_000) log.status(`0/3, ${nowMs}`, "tick");
    log.info("ns1 serves");
    log.status("1/3");
    nowMs += 60_000;
    log.status("1/3, later", "tick");
    log.status("verified", "end");
    return sent;
  };

  it("is every line where a display draws over it", () => {
    assert.equal(minuteOfTicks(false).length, 16);
  });

  it("in CI is what has changed, and once a minute that time goes by", () => {
    assert.deepEqual(minuteOfTicks(true), ["0/3", "stays: ns1 serves", "1/3", "1/3, later", "verified"]);
  });

  for (const [env, ci] of [
    [{}, false],
    [{ CI: "true" }, true],
    [{ CI: "1" }, true],
    [{ CI: "" }, false],
    [{ CI: "false" }, false],
    [{ JENKINS_URL: "http://127.0.0.1" }, true],
    [{ TF_BUILD: "True" }, true],
    [{ CI: "true", PULUMI_DISABLE_CI_DETECTION: "true" }, false],
  ] as const) {
    it(`is ${ci ? "" : "not "}CI's with ${JSON.stringify(env)}`, () => assert.equal(isCi(env), ci));
  }
});
