import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireProgram } from "../../servers/programs";
import { root } from "../setup";

/** Folders of the generated SDKs, as `scripts/sdk.mjs` tells them. */
interface Sdks {
  readonly nodejs: string;
  readonly go: string;
  readonly goModule: string;
}

/** The generated SDKs. Pulumi's generators are written in Go. */
export async function requireSdks(context: Mocha.Context): Promise<Sdks> {
  requireProgram(context, "go");
  return JSON.parse(await made(context, "sdk.mjs"));
}

/** A Python with Pulumi's package, and the generated SDK's folder for PYTHONPATH. */
export async function requirePython(
  context: Mocha.Context,
): Promise<{ readonly program: string; readonly path: string }> {
  requireProgram(context, "go");
  requireProgram(context, "python3");
  return JSON.parse(await made(context, "sdk.mjs", "--python")).installed;
}

/** The path of Pulumi's language host for YAML: the CLI's own, or one that Go builds. */
export async function requireYamlHost(context: Mocha.Context): Promise<string> {
  return (await made(context, "yaml-host.mjs")).trim();
}

/** What a script prints. Where it cannot make its part, the suite is skipped; with SESDOMAIN_REQUIRE_ALL=1 that is a failure. */
async function made(context: Mocha.Context, script: string, ...args: readonly string[]): Promise<string> {
  const path = join(root, "scripts", script);
  try {
    return (await promisify(execFile)(process.execPath, [path, ...args], { cwd: root })).stdout;
  } catch (error) {
    if (process.env.SESDOMAIN_REQUIRE_ALL === "1") throw error;
    console.log(`      skipped: scripts/${script} failed here\n${error instanceof Error ? error.message : ""}`);
    return context.skip();
  }
}
