import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarePlain, keysOf, openConfigured } from "../../support/engine/plugin-config";
import { ACCOUNT, type EngineWorld, openEngineWorld, succeeded } from "../../support/engine/world";

const SECRET = "hush-hush-hush";

describe("the plugin's environment, on the engine", function () {
  this.timeout(120_000);
  let world: EngineWorld;
  let folder: string;
  before(async () => {
    world = await openEngineWorld();
    folder = mkdtempSync(join(tmpdir(), "sesdomain-environment-"));
  });
  after(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("hands the stack's secrets on to no program that credentials come from", async () => {
    const { accessKey, secretKey } = keysOf(world, ACCOUNT);
    const [program, seen, config] = ["keys.cjs", "seen", "aws-config"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const keys = JSON.stringify({ Version: 1, AccessKeyId: accessKey, SecretAccessKey: secretKey });
    writeFileSync(
      program,
      `require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env));\nconsole.log(${JSON.stringify(keys)});\n`,
    );
    writeFileSync(config, `[profile process]\ncredential_process = "${process.execPath}" "${program}"\n`);
    const stack = await openConfigured(world, {
      program: async () => void declarePlain(),
      config: {
        "sesdomain:profile": "process",
        "sesdomain:region": "eu-west-1",
        "sesdomain:pdnsApiKey": { secret: SECRET },
      },
      env: { AWS_CONFIG_FILE: config },
    });
    succeeded(await stack.up());
    world.assertVerified(["eu-west-1"]);
    const environment = readFileSync(seen, "utf8");
    assert.match(environment, /"AWS_CONFIG_FILE"/);
    assert.ok(!environment.includes(SECRET));
  });
});
