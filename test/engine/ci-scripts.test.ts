import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { lead } from "../support/engine/process";
import { servePrograms } from "../support/engine/served-program";
import { cleanEnvironment, engine, fileUrl, root } from "../support/engine/setup";
import type { EngineStack } from "../support/engine/stack";
import { declare, type EngineWorld, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../support/engine/world";

const CI = join(root, "docs", "ci");

describe("the scripts of docs/ci, with the real CLI", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let address: string;
  let stop: () => Promise<void>;
  let tools: string;
  const program = async () => void declare("mail", { regions: ["us-east-1"] });

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program, config: { "sesdomain:previewCheck": "strict" } });
    ({ address, stop } = await servePrograms(program));
    tools = mkdtempSync(join(root, ".tmp", "ci-"));
    const { command } = await engine();
    // In place of the language host, which this machine may not have.
    const words = `operation=$1; shift; exec "${command}" "$operation" --client=${address} --exec-kind=auto.inline "$@"`;
    writeFileSync(join(tools, "pulumi"), `#!/bin/sh\n${words}\n`, { mode: 0o755 });
    succeeded(await stack.up());
  });
  after(async () => {
    await stop?.();
    if (tools) rmSync(tools, { recursive: true, force: true });
    await world?.close();
  });

  const run = (command: string, args: readonly string[]) =>
    lead(command, args, {
      cwd: stack.workDir,
      env: {
        ...cleanEnvironment(stack.workDir),
        ...world.emulator.env,
        PULUMI: join(tools, "pulumi"),
        PULUMI_HOME: join(stack.workDir, "home"),
        PULUMI_BACKEND_URL: fileUrl(join(stack.workDir, "state")),
        PULUMI_CONFIG_PASSPHRASE: "not-a-secret",
      },
    }).ended;
  const script = (name: string) => run("sh", [join(CI, name), "--stack", "test"]);
  const report = () => readFileSync(join(stack.workDir, "drift-report.txt"), "utf8");
  const refresh = async () => {
    const { exitCode } = await run(join(tools, "pulumi"), [
      ..."refresh --preview-only --expect-no-changes --non-interactive --stack test".split(" "),
    ]);
    return exitCode;
  };
  const whole = () => world.setValues(NAME, [OTHER_TEAM, ...world.tokens()]);

  it("end with 0 where nothing has to be done, and cron has nothing to mail", async () => {
    const clean = await script("drift.sh");
    assert.deepEqual([clean.exitCode, clean.stderr], [0, ""], clean.stdout);
    const cron = await script("cron.sh");
    assert.deepEqual([cron.exitCode, cron.stdout, cron.stderr], [0, "", ""]);
    assert.equal(await refresh(), 0);
  });

  it("end with 7 on drift, with the reason in the report", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = await script("drift.sh");
    assert.equal(drift.exitCode, 7, drift.stdout);
    assert.match(report(), /"verified" => "publish: txt-/);
    const cron = await script("cron.sh");
    assert.equal(cron.exitCode, 7);
    assert.match(cron.stdout, /publish: txt-/);
    whole();
  });

  it("end with 1 where something could not be learned, also where something has drifted", async () => {
    const faults = ["ses", "sesv2"].map((service) => world.emulator.faults.http({ service }, { kind: "error" }));
    for (const values of [[OTHER_TEAM], [OTHER_TEAM, ...world.tokens()]]) {
      world.setValues(NAME, values);
      const unknown = await script("drift.sh");
      assert.equal(unknown.exitCode, 1, unknown.stdout);
      assert.match(unknown.stderr, /exit code [1-6]\b/);
    }
    for (const fault of faults) fault.off();
    whole();
    assert.equal((await script("drift.sh")).exitCode, 0);
  });

  it("end with 1 where Pulumi cannot be run, or there is no such stack", async () => {
    const missing = await run("sh", [join(CI, "drift.sh"), "--stack", "no-such-stack"]);
    assert.equal(missing.exitCode, 1, missing.stdout);
    const none = await run("env", ["PULUMI=no-such-program", "sh", join(CI, "drift.sh")]);
    assert.equal(none.exitCode, 1);
  });

  it("tell what a refresh does not: that something could not be learned", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    assert.equal(await refresh(), 7);
    whole();
    const faults = ["ses", "sesv2"].map((service) => world.emulator.faults.http({ service }, { kind: "error" }));
    assert.equal(await refresh(), 0);
    for (const fault of faults) fault.off();
  });
});

describe("the files of docs/ci", () => {
  const yaml: { load(text: string): unknown } = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml");
  for (const name of ["github-actions.yml", "gitlab-ci.yml"]) {
    it(`${name} is YAML, and calls scripts that are there`, () => {
      const text = readFileSync(join(CI, name), "utf8");
      assert.ok(typeof yaml.load(text) === "object");
      const called = [...text.matchAll(/ci\/([a-z-]+\.sh)/g)].map(([, script]) => script ?? "");
      assert.ok(called.length > 0);
      for (const script of called) assert.doesNotThrow(() => readFileSync(join(CI, script)));
    });
  }
});
