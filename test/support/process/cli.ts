import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(__dirname, "..", "..", "..");

/** The command as it is installed; `compile` first. */
export const COMPILED_CLI = join(ROOT, "dist", "provider", "cli", "main.js");

/** Compiles what is newer than `dist`. */
export function compile(): void {
  execFileSync(process.execPath, [join(ROOT, "scripts", "build.mjs"), "--tolerant"], { cwd: ROOT, stdio: "ignore" });
}

/** `process.env` without what decides about colours, links and spinners. */
export function quietEnvironment(own: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  const deciding =
    /^(NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|FORCE_HYPERLINK|TERM|TERM_PROGRAM|TERM_PROGRAM_VERSION|VTE_VERSION|WT_SESSION|KONSOLE_VERSION|TMUX|STY|CI|TEAMCITY_VERSION|NODE_OPTIONS)$/;
  for (const name of Object.keys(env)) if (deciding.test(name)) delete env[name];
  return { ...env, TERM: "xterm-256color", ...own };
}

/** Runs it with its output in pipes. */
export async function runCli(args: readonly string[], env: NodeJS.ProcessEnv = quietEnvironment()) {
  const child = spawn(process.execPath, [COMPILED_CLI, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code: code as number | null };
}
