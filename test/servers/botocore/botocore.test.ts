import assert from "node:assert/strict";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../../emulator";
import { requirePythonEnvironment, run } from "../../support/servers/python";

const PACKAGES = ["boto3==1.44.5"];
const ACCOUNT = "123456789012";

interface Report {
  readonly calls: number;
  readonly operations: readonly string[];
  /** What departs from the models. */
  readonly problems: readonly string[];
  /** Calls that were refused, and are not to be; and the other way round. */
  readonly refused: readonly unknown[];
  readonly accepted: readonly unknown[];
  /** Operations that the emulator does not say it lacks, and that are not called. */
  readonly claimed: readonly string[];
}

describe("the emulator's Route 53 and STS, and botocore's models", function () {
  this.timeout(360_000);
  let emulator: Emulator | undefined;
  let python: string;
  before(async function () {
    python = await requirePythonEnvironment(this, PACKAGES);
    emulator = await openEmulator({
      accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }],
      rateLimits: false,
      route53: { insyncMs: 0 },
    });
  });
  after(() => emulator?.close());

  it("agree on what a reply requires and may hold, on enums and error codes, of every operation that it has", async () => {
    assert.ok(emulator);
    const { accessKeyId, secretAccessKey } = emulator.cloud.credentials(ACCOUNT);
    const { stdout } = await run(
      join(python, "bin", "python"),
      [
        join(__dirname, "models.py"),
        ...["--url", emulator.cloud.url],
        ...["--access-key", accessKeyId, "--secret", secretAccessKey],
      ],
      { timeout: 300_000 },
    );
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.refused, []);
    assert.deepEqual(report.accepted, []);
    assert.deepEqual(report.claimed, []);
    assert.ok(report.operations.length >= 16, report.operations.join());
    assert.ok(report.calls > 500, `only ${report.calls} calls`);
  });
});
