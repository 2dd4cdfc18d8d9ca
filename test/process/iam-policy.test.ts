import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");
const MAIN = join(ROOT, "dist", "provider", "cli", "main.js");

describe("sesdomain iam-policy", function () {
  this.timeout(120_000);
  before("compile what is newer than dist", () => {
    execFileSync(process.execPath, [join(ROOT, "scripts", "build.mjs"), "--tolerant"], { cwd: ROOT, stdio: "ignore" });
  });
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "iam-policy", ...args], { encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  };

  it("prints what docs/iam-policy.md shows, and nothing else", () => {
    const page = readFileSync(join(ROOT, "docs", "iam-policy.md"), "utf8");
    const shown = [...page.matchAll(/```sh\nnpx sesdomain iam-policy([^`]*)```\n\n```json\n([^`]*)```/g)];
    assert.ok(shown.length >= 5);
    for (const [, args = "", json] of shown) {
      const { code, out, err } = run(...args.split(/[\s\\]+/).filter((each) => each !== ""));
      assert.deepEqual([code, err, out], [0, "", json], args);
    }
  });

  it("takes addresses with and without their names, and hosts by their kinds", () => {
    for (const args of [
      ["--email-address"],
      ["--email-address", "a@ses-example.com", "--email-address", "b@ses-example.com"],
      ["--email-address", "a@ses-example.com", "--email-address"],
    ]) {
      const { code, out } = run(...args, "--host", "powerdns");
      assert.equal(code, 0);
      assert.ok(out.includes("ses:VerifyEmailIdentity") && !out.includes("route53:"), out);
    }
  });

  it("ends with 2 and one line for each fault, on standard error", () => {
    for (const [args, lines] of [
      [["--region", "nowhere"], 1],
      [["--region", "nowhere", "--account", "1"], 2],
      [["--domain", "\u001b[31m"], 1],
      [["--zone-id", ""], 1],
      [["--zone-id"], 1],
      [["--unknown"], 1],
      [["stray"], 1],
      [["--host", "route54"], 1],
      [["--partition", "aws", "--region", "us-gov-west-1"], 1],
    ] as const) {
      const { code, out, err } = run(...args);
      assert.deepEqual([code, out, err.trim().split("\n").length], [2, "", lines], `${args.join(" ")}: ${err}`);
      assert.ok(!err.includes("\u001b"));
    }
  });

  it("tells of a policy that is longer than IAM takes, and prints it", () => {
    const domains = Array.from({ length: 80 }, (_, index) => ["--domain", `domain-number-${index}.example.com`]).flat();
    const { code, out, err } = run(...domains, "--region", "us-east-1");
    assert.equal(code, 0);
    assert.doesNotThrow(() => JSON.parse(out));
    assert.match(err, /\S/);
  });
});
