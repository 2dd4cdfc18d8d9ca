import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { doctorReport } from "../../provider/doctor/schema";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  changing,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../support/engine/world";

const REGIONS = ["us-east-1", "eu-west-1"];
const ROOT = join(__dirname, "..", "..");

describe("sesdomain doctor --stack on a real stack", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;

  before(async () => {
    world = await openEngineWorld();
    const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials();
    stack = await world.open({
      program: async () => void declare("mail", { regions: REGIONS }),
      config: { "aws:accessKey": accessKeyId, "aws:secretKey": { secret: secretAccessKey } },
    });
    succeeded(await stack.up());
    world.emulator.requests.reset();
  });
  after(() => world?.close());

  /** As a user calls it in the project's folder, with no credentials but the stack's. */
  function doctor(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...emulated } = world.emulator.env;
    const env = {
      ...process.env,
      ...emulated,
      PULUMI_HOME: join(stack.workDir, "home"),
      PULUMI_BACKEND_URL: pathToFileURL(join(stack.workDir, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "not-a-secret",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
    const program = ["--import", "tsx", join(ROOT, "provider", "cli", "main.ts"), "doctor", ...args];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, program, { cwd: ROOT, env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === "number") resolve({ code, stdout, stderr });
        else reject(error);
      });
    });
  }

  it("finds the domain in the state and says that it is well", async () => {
    const told = await doctor("--stack", "test", "--cwd", stack.workDir);
    assert.equal(told.code, 0, `${told.stdout}\n${told.stderr}`);
    assert.equal(told.stdout.split("\n")[0], "ses-example.com: verified, published on 3 of 3 name servers (1 note)");
    assert.ok(!told.stdout.includes("\u001b"));
    assert.deepEqual(changing(world.requests()), []);
  });

  it("names what is wrong in both forms, with the fix for the host that the stack writes to", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    world.emulator.cloud.ses.setStatus(ACCOUNT, "eu-west-1", "ses-example.com", "Failed");
    const told = await doctor("--cwd", stack.workDir, "--stack", "test", "--json");
    assert.equal(told.code, 1, told.stderr);
    const report = doctorReport.parse(JSON.parse(told.stdout));
    const [domain] = report.domains;
    assert.match(domain?.resource ?? "", /::mail$/);
    assert.deepEqual(
      domain?.findings
        .filter(({ severity }) => severity === "error")
        .map(({ code, identities }) => [code, ...identities]),
      [
        ["txt-other-identity", "us-east-1"],
        ["txt-other-identity", "eu-west-1"],
        ["verification-revoked", "eu-west-1"],
        ["revocation-pending", "us-east-1"],
      ],
    );
    assert.ok(
      domain?.findings.filter(({ severity }) => severity === "error").every(({ fix }) => /pulumi up/.test(fix)),
    );
    assert.deepEqual(changing(world.requests()), []);
  });

  it("takes the stack that is selected, and says where there is none", async () => {
    assert.equal((await doctor("--cwd", stack.workDir)).code, 1);
    const nowhere = await doctor("--stack", "other", "--cwd", stack.workDir);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /no stack named 'other' found/);
  });
});
