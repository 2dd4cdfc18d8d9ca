import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { matchSnapshot, T1, T2 } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld } from "../support/emulator/domain";

const ROOT = join(__dirname, "..", "..");
const MAIN = join(ROOT, "dist", "provider", "cli", "main.js");

describe("sesdomain, as it is installed", function () {
  this.timeout(120_000);
  let world: DomainWorld;
  before("compile what is newer than dist", async () => {
    execFileSync(process.execPath, [join(ROOT, "scripts", "build.mjs"), "--tolerant"], { cwd: ROOT, stdio: "ignore" });
    world = await openDomainWorld({ rateLimits: false });
    world.emulator.cloud.ses.inject([
      { accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 },
      { accountId: ACCOUNT, region: "eu-west-1", name: DOMAIN, token: T2 },
    ]);
    world.setValues(NAME, [OTHER_TEAM, T1, T2]);
  });
  after(() => world.close());

  const start = (args: readonly string[], stdout: "pipe" | number = "pipe") =>
    spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ...world.emulator.env },
      stdio: ["ignore", stdout, "pipe"],
    });

  async function run(...args: readonly string[]) {
    const child = start(args);
    const [out, err, [code]] = await Promise.all([
      child.stdout ? text(child.stdout) : "",
      child.stderr ? text(child.stderr) : "",
      once(child, "close"),
    ]);
    return { out, err, code };
  }

  it("writes a report to a pipe, without colours", async () => {
    const { out, err, code } = await run("doctor", DOMAIN, "--identity", "us-east-1", "--identity", "eu-west-1");
    assert.equal(code, 0, err);
    assert.equal(err, "");
    matchSnapshot("healthy-piped.txt", out);
  });

  it("ends with 2 for wrong usage, and says so on standard error", async () => {
    for (const args of [["doctor", "gmail.com"], ["doctor", DOMAIN, "--port", "x"], ["nothing"]]) {
      const { out, err, code } = await run(...args);
      assert.deepEqual([code, out], [2, ""], args.join(" "));
      assert.match(err, /\S/);
      assert.doesNotMatch(err, /^ +at /m);
    }
  });

  it("ends without a word where nobody reads on", async () => {
    const child = start(["doctor", "--explain", "txt-missing"]);
    child.stdout?.destroy();
    const [err, [code]] = await Promise.all([child.stderr ? text(child.stderr) : "", once(child, "close")]);
    assert.deepEqual([err, code], ["", 0]);
  });

  it("says that the disk is full", async function () {
    if (process.platform !== "linux") this.skip();
    const child = start(["doctor", "--explain", "txt-missing"], openSync("/dev/full", "w"));
    const [err, [code]] = await Promise.all([child.stderr ? text(child.stderr) : "", once(child, "close")]);
    assert.match(err, /^sesdomain: The output could not be written: ENOSPC[^\n]*\n$/);
    assert.equal(code, 2);
  });
});
