import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { lead, type Ran } from "../process";
import { cleanEnvironment, engine, fileUrl, root } from "../setup";
import type { Operation } from "../stack";

const STACK = "test";

/** How a program in some language is run on the engine. */
export interface LanguageProgram {
  /** The folder below `examples/` that has the program. */
  readonly example: string;
  /**
   * What runs one operation in the copy of the example: the CLI itself where it is undefined, else this command, with the operation
   * and its flags as its last arguments. It reads the names of stack and project from TEST_STACK and TEST_PROJECT.
   */
  readonly command?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** In front of PATH. */
  readonly path?: readonly string[];
  /** Changes the copy of the example, before anything runs. */
  prepare?(folder: string): void | Promise<void>;
}

export interface LanguageStack {
  /** `preview` and `up` print every property that changes. Throws where it fails, unless `mayFail` is set. */
  run(operation: Operation, options?: RunOptions): Promise<Ran>;
  /** The types of the resources in the state, without the stack and its providers. */
  types(): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface RunOptions {
  readonly expectNoChanges?: boolean;
  readonly mayFail?: boolean;
}

/** A stack of its own on the real engine, whose program is an example in another language and whose provider is the plugin. */
export async function openLanguageStack(
  { example, command, env: programEnv, path = [], prepare }: LanguageProgram,
  config: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<LanguageStack> {
  const { command: pulumi } = await engine();
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const workDir = mkdtempSync(join(root, ".tmp", "language-"));
  const folder = join(workDir, "program");
  cpSync(join(root, "examples", example), folder, { recursive: true });
  const project = usePlugin(join(folder, "Pulumi.yaml"));
  await prepare?.(folder);
  for (const name of ["home", "state"]) mkdirSync(join(workDir, name));
  const own = cleanEnvironment(workDir);
  const environment = {
    ...own,
    ...env,
    ...programEnv,
    PATH: [...path, dirname(pulumi), own.PATH].join(delimiter),
    PULUMI_HOME: join(workDir, "home"),
    PULUMI_BACKEND_URL: fileUrl(join(workDir, "state")),
    PULUMI_CONFIG_PASSPHRASE: "not-a-secret",
    TEST_STACK: STACK,
    TEST_PROJECT: project,
  };

  const start = async (program: string, args: readonly string[]) =>
    await lead(program, args, { cwd: folder, env: environment }).ended;
  const cli = async (...args: readonly string[]) => {
    const ran = await start(pulumi, [...args, "--non-interactive"]);
    assert.equal(ran.exitCode, 0, `pulumi ${args.join(" ")}\n${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  };
  await cli("stack", "init", STACK);
  for (const [key, value] of Object.entries(config)) await cli("config", "set", key, value, "--stack", STACK);

  return {
    async run(operation, { expectNoChanges = false, mayFail = false } = {}) {
      const flags = expectNoChanges ? ["--expect-no-changes"] : [];
      const [program, args] = command
        ? [command[0], [...command.slice(1), operation, ...flags]]
        : [pulumi, [operation, ...flags, ...cliFlags(operation)]];
      const ran = await start(program, args);
      if (!mayFail) assert.equal(ran.exitCode, 0, `${operation}\n${ran.stdout}${ran.stderr}`);
      return ran;
    },
    async types() {
      const { deployment } = JSON.parse(await cli("stack", "export", "--stack", STACK));
      const resources: readonly { readonly type: string }[] = deployment.resources ?? [];
      return resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"));
    },
    async close() {
      rmSync(workDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function cliFlags(operation: Operation): readonly string[] {
  const always = ["--stack", STACK, "--color", "never", "--non-interactive"];
  if (operation !== "preview") always.push("--yes", "--skip-preview");
  if (operation === "preview" || operation === "up") always.push("--diff");
  return always;
}

/** Names the folder of the plugin in Pulumi.yaml, as a user does who has no release of it. Returns the project's name. */
function usePlugin(file: string): string {
  const text = readFileSync(file, "utf8");
  const name = /^name: (\S+)$/m.exec(text)?.[1];
  assert.ok(name, `${file} has no name`);
  const folder = join(root, "test", "support", "engine", "plugin", "bin");
  writeFileSync(file, `${text}plugins:\n  providers:\n    - name: sesdomain\n      path: ${JSON.stringify(folder)}\n`);
  return name;
}
