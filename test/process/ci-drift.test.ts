import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CI = join(__dirname, "..", "..", "docs", "ci");

/** With a program in the place of Pulumi: it stands for each way in which Pulumi can end. The real one is in `test/engine/`. */
describe("the script that tells how a preview ended", () => {
  let folder: string;
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-drift-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (name: string, env: NodeJS.ProcessEnv) =>
    spawnSync("sh", [join(CI, name)], { cwd: folder, env: { ...process.env, ...env }, encoding: "utf8" });
  const endingWith = (code: number) => {
    const file = join(folder, `pulumi-${code}`);
    writeFileSync(file, `#!/bin/sh\necho previewed\nexit ${code}\n`, { mode: 0o755 });
    return { PULUMI: file };
  };

  it("knows 0 and 7, and nothing else", () => {
    for (const [code, outcome] of [
      [0, 0],
      [7, 7],
      ...[1, 2, 3, 4, 5, 6, 8, 9, 130, 143, 255].map((one) => [one, 1] as const),
    ] as const) {
      for (const name of ["drift.sh", "cron.sh"])
        assert.equal(run(name, endingWith(code)).status, outcome, String(code));
    }
  });

  it("does not say that Pulumi ended where there is none", () => {
    const { status, stderr } = run("drift.sh", { PULUMI: "no-such-program" });
    assert.equal(status, 1);
    assert.ok(!stderr.includes("exit code"), stderr);
    assert.match(readFileSync(join(folder, "drift-report.txt"), "utf8"), /no-such-program/);
    assert.match(run("cron.sh", { PULUMI: "no-such-program" }).stdout, /no-such-program/);
  });

  it("runs nothing where the report cannot be written", () => {
    for (const code of [0, 7]) {
      const { status, stderr } = run("drift.sh", { ...endingWith(code), DRIFT_REPORT: join(folder, "none", "report") });
      assert.equal(status, 1);
      assert.ok(!stderr.includes("exit code"), stderr);
    }
  });

  it("takes any file name for the report", () => {
    const { status, stdout } = run("drift.sh", { ...endingWith(7), DRIFT_REPORT: "-report" });
    assert.equal(status, 7);
    assert.match(stdout, /previewed/);
  });
});

describe("the job for GitHub Actions", () => {
  it("gives Pulumi's token only to the step that runs Pulumi", () => {
    const yaml: {
      load(text: string): { jobs: Record<string, { env?: unknown; steps: { id?: string; env?: object }[] }> };
    } = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml");
    for (const { env, steps } of Object.values(yaml.load(readFileSync(join(CI, "github-actions.yml"), "utf8")).jobs)) {
      assert.equal(env, undefined);
      const holders = steps.filter((step) => "PULUMI_ACCESS_TOKEN" in (step.env ?? {})).map(({ id }) => id);
      assert.deepEqual(holders, ["drift"]);
    }
  });
});
