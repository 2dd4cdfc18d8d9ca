import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../docs/markdown";

interface PluginScript {
  plugin(): Promise<string>;
  archives(folder: string): Promise<readonly string[]>;
}

const script = async (): Promise<PluginScript> => import(pathToFileURL(join(ROOT, "scripts", "plugin.mjs")).href);

/** Pulumi's language host for YAML: the CLI's own, or one that Go builds. */
export async function yamlHost(): Promise<string> {
  const { yamlHost } = await import(pathToFileURL(join(ROOT, "scripts", "yaml-host.mjs")).href);
  return await yamlHost();
}

/** The folder with the plugin as it is published, made where the sources are newer. */
export async function pluginFolder(): Promise<string> {
  return (await script()).plugin();
}

/** The six archives, in `folder`. */
export async function pluginArchives(folder: string): Promise<readonly string[]> {
  return (await script()).archives(folder);
}

/** The one of `archives` that this machine takes. */
export function archiveHere(archives: readonly string[]): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const machine = process.arch === "x64" ? "amd64" : process.arch;
  const here = archives.find((path) => path.endsWith(`-${system}-${machine}.tar.gz`));
  if (here === undefined) throw new Error(`no archive for ${system}-${machine}`);
  return here;
}

/** A folder for PATH that holds Node and nothing else. */
export function folderWithNode(within: string): string {
  const folder = join(within, "only-node");
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    symlinkSync(process.execPath, join(folder, "node"));
  }
  return folder;
}

export interface Started {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program of the plugin as the engine does. Interrupted once it has printed its port. */
export async function startPlugin(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawn(command, args, { cwd: tmpdir(), env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (/^\d+\n/.test(stdout)) child.kill("SIGINT");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A temporary folder outside of the repository: what its folders hold must not be found. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-plugin-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
