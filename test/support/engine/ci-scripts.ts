import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lead } from "./process";
import { servePrograms } from "./served-program";
import { cleanEnvironment, engine, fileUrl, root } from "./setup";
import { declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

export const CI = join(root, "docs", "ci");

/** A stack of a verified domain, and the scripts of docs/ci with the real CLI in its folder. */
export async function openCiScripts(world: EngineWorld) {
  const program = async () => void declare("mail", { regions: ["us-east-1"] });
  const stack = await world.open({ program, config: { "sesdomain:previewCheck": "strict" } });
  succeeded(await stack.up());
  const { address, stop } = await servePrograms(program);
  const tools = mkdtempSync(join(root, ".tmp", "ci-"));
  const { command } = await engine();
  // In place of the language host, which this machine may not have.
  const words = `operation=$1; shift; exec "${command}" "$operation" --client=${address} --exec-kind=auto.inline "$@"`;
  writeFileSync(join(tools, "pulumi"), `#!/bin/sh\n${words}\n`, { mode: 0o755 });

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
  return {
    run,
    script,
    report,
    refresh,
    whole,
    async close() {
      await stop();
      rmSync(tools, { recursive: true, force: true });
    },
  };
}

export type CiScripts = Awaited<ReturnType<typeof openCiScripts>>;
