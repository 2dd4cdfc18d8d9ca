import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { useOwnConnections } from "./own-connections";

useOwnConnections();

/** The folder that holds `test/`: the repository's, or a project's into which the tests were copied. */
export const root = join(__dirname, "..", "..", "..");

export function fileUrl(folder: string): string {
  return process.platform === "win32" ? `file://${folder.replaceAll("\\", "/")}` : pathToFileURL(folder).href;
}

/** This process's environment without anything that could lead a test to a real account or another backend. */
export function cleanEnvironment(workDir: string): NodeJS.ProcessEnv {
  const foreign = /^(AWS|PULUMI|CLOUDFLARE|GOOGLE|GCLOUD|RFC2136|PDNS|SESDOMAIN)_/i;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    AWS_CONFIG_FILE: join(workDir, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(workDir, "no-aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

let found: Promise<PulumiCommand> | undefined;

/** The engine's program, looked for and made ready once a process. */
export function engine(): Promise<PulumiCommand> {
  found ??= findEngine();
  return found;
}

async function findEngine(): Promise<PulumiCommand> {
  const folders = [dirname(require.resolve("@pulumi/pulumi/package.json"))];
  // A project that has the package installed has no scripts: there, the engine is on PATH.
  if (existsSync(join(root, "scripts"))) {
    // The provider's process loads the compiled package.
    script("build.mjs", "--tolerant");
    folders.push(dirname(script("engine.mjs").trim()));
  }
  process.env.PATH = [...folders, process.env.PATH].join(delimiter);
  return await PulumiCommand.get();
}

function script(name: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, "scripts", name), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}
