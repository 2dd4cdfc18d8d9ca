import assert from "node:assert/strict";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../../emulator";
import { openBoto3 } from "../../support/servers/boto3";
import { run } from "../../support/servers/python";

const ACCOUNT = "123456789012";

interface Report {
  readonly calls: number;
  readonly operations: readonly string[];
  readonly problems: readonly string[];
  readonly stale: readonly string[];
}

describe("the emulator's SES and botocore's models", function () {
  this.timeout(360_000);
  let emulator: Emulator | undefined;
  let folder: string;
  before(async function () {
    folder = await openBoto3(this);
    emulator = await openEmulator({ accounts: [{ id: ACCOUNT }], rateLimits: false });
  });
  after(() => emulator?.close());

  it("agree on members, types, enums, what is required, and error codes", async () => {
    assert.ok(emulator);
    const { accessKeyId, secretAccessKey } = emulator.cloud.credentials(ACCOUNT);
    const { stdout } = await run(
      join(folder, "bin", "python"),
      [
        join(__dirname, "shapes.py"),
        ...["--url", emulator.cloud.url],
        ...["--access-key", accessKeyId, "--secret", secretAccessKey],
      ],
      { timeout: 120_000 },
    );
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.stale, []);
    assert.equal(report.operations.length, 26);
    assert.ok(report.calls > 150, `only ${report.calls} calls`);
  });
});
