import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CI, type CiScripts, openCiScripts } from "../support/engine/ci-scripts";
import { type EngineWorld, NAME, OTHER_TEAM, openEngineWorld } from "../support/engine/world";

describe("the scripts of docs/ci, with the real CLI", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let scripts: CiScripts;
  before(async () => {
    world = await openEngineWorld();
    scripts = await openCiScripts(world);
  });
  after(async () => {
    await scripts?.close();
    await world?.close();
  });

  it("end with 0 where nothing has to be done, and cron has nothing to mail", async () => {
    const { script, refresh } = scripts;
    const clean = await script("drift.sh");
    assert.deepEqual([clean.exitCode, clean.stderr], [0, ""], clean.stdout);
    const cron = await script("cron.sh");
    assert.deepEqual([cron.exitCode, cron.stdout, cron.stderr], [0, "", ""]);
    assert.equal(await refresh(), 0);
  });

  it("end with 7 on drift, with the reason in the report", async () => {
    const { script, report, whole } = scripts;
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = await script("drift.sh");
    assert.equal(drift.exitCode, 7, drift.stdout);
    assert.match(report(), /"verified" => "publish: txt-/);
    const cron = await script("cron.sh");
    assert.equal(cron.exitCode, 7);
    assert.match(cron.stdout, /publish: txt-/);
    whole();
  });

  it("end with 1 where Pulumi cannot be run, or there is no such stack", async () => {
    const { run } = scripts;
    const missing = await run("sh", [join(CI, "drift.sh"), "--stack", "no-such-stack"]);
    assert.equal(missing.exitCode, 1, missing.stdout);
    const none = await run("env", ["PULUMI=no-such-program", "sh", join(CI, "drift.sh")]);
    assert.equal(none.exitCode, 1);
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
