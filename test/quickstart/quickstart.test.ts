import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../emulator";
import { fqdn } from "../../provider/core/fqdn";
import { lead, type Ran } from "../support/engine/process";
import { requireProgram } from "../support/servers/programs";

const root = join(__dirname, "..", "..");
const stackName = `quickstart-${process.pid}`;

/** The quickstart as a user runs it: the plain command, with Pulumi's own language host, in the root. */
describe("the quickstart with the plain CLI", function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let folder: string;

  before(async function () {
    requireProgram(this, "pulumi");
    requireProgram(this, "pulumi-language-nodejs");
    mkdirSync(join(root, ".tmp"), { recursive: true });
    folder = mkdtempSync(join(root, ".tmp", "quickstart-"));
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
    const env = {
      ...process.env,
      ...emulator.env,
      PULUMI_HOME: folder,
      PULUMI_BACKEND_URL: `file://${folder.replaceAll("\\", "/")}`,
      PULUMI_CONFIG_PASSPHRASE: "not-a-secret",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
    const ran = await lead("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd: root, env }).ended;
    assert.equal(ran.exitCode, 0, `pulumi ${args.join(" ")}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
  }
});
