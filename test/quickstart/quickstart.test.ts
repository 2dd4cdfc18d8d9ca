import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../emulator";
import { fqdn } from "../../provider/core/fqdn";
import { lead, type Ran } from "../support/engine/process";
import { pulumiEnvironment } from "../support/quickstart/pulumi";

const root = join(__dirname, "..", "..");
const stackName = `quickstart-${process.pid}`;

/** The example of the clone as a user runs it: the plain command, in the root. */
describe("the example of the clone with the plain CLI", function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let folder: string;

  let pulumi: NodeJS.ProcessEnv;

  before(async () => {
    mkdirSync(join(root, ".tmp"), { recursive: true });
    folder = mkdtempSync(join(root, ".tmp", "quickstart-"));
    pulumi = await pulumiEnvironment(folder);
    emulator = await openEmulator();
    await emulator.addZone({ name: fqdn("ses-example.com"), sets: [] });
  });
  after(async () => {
    await emulator?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
    rmSync(join(root, `Pulumi.${stackName}.yaml`), { force: true });
  });

  it("verifies, shows nothing to do, and destroys", async () => {
    await succeed("stack", "init", stackName);
    await succeed("config", "set", "domain", "ses-example.com");
    const up = await succeed("up", "--yes", "--skip-preview");
    assert.match(up.stdout, /arn:aws:ses:eu-west-1:/);
    await succeed("preview", "--expect-no-changes");
    await succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(emulator.cloud.ses.identities(), []);
  });

  async function succeed(...args: readonly string[]): Promise<Ran> {
    const env = { ...pulumi, ...emulator.env };
    const ran = await lead("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd: root, env }).ended;
    assert.equal(ran.exitCode, 0, `pulumi ${args.join(" ")}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  }
});
