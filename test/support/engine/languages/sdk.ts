import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireProgram } from "../../servers/programs";
import { root } from "../setup";

/** Folders of the generated SDKs, as `scripts/sdk.mjs` tells them. */
export interface Sdks {
  readonly nodejs: string;
  readonly go: string;
  readonly goModule: string;
}

/** The generated SDKs. Skips the suite where Go is missing, for Pulumi's generators are written in it. */
export async function requireSdks(context: Mocha.Context): Promise<Sdks> {
  requireProgram(context, "go");
  return JSON.parse(await script("sdk.mjs"));
}

/** A Python with Pulumi's package and the generated SDK. */
export async function requirePython(context: Mocha.Context): Promise<string> {
  requireProgram(context, "go");
  requireProgram(context, "python3");
  return JSON.parse(await script("sdk.mjs", "--python")).pythonProgram;
}

/** The path of Pulumi's language host for YAML: the CLI's own, or one that Go builds. */
export async function requireYamlHost(context: Mocha.Context): Promise<string> {
  try {
    return (await script("yaml-host.mjs")).trim();
  } catch (error) {
    requireProgram(context, "go");
    throw error;
  }
}

/** What a script prints on standard output. */
async function script(name: string, ...args: readonly string[]): Promise<string> {
  const path = join(root, "scripts", name);
  return (await promisify(execFile)(process.execPath, [path, ...args], { cwd: root })).stdout;
}
