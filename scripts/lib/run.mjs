import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

/**
 * Runs a program without a shell.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number }} [options]
 *   `show` passes the output through instead of keeping it; what is kept is standard output and error together
 * @returns {Promise<{ code: number, stdout: string, output: string }>} code -1 where it could not be started or was ended
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let stdout = "";
    let output = "";
    // Its own process group, so that a time-out ends what it started as well.
    const group = options.timeoutMs !== undefined && process.platform !== "win32";
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.show ? ["inherit", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      detached: group,
      windowsHide: true,
    });
    const kill = () => {
      if (group && child.pid !== undefined) killGroup(child.pid);
      else child.kill("SIGKILL");
    };
    // A group of its own does not hear the terminal's Ctrl-C.
    const stop = () => {
      kill();
      process.exit(130);
    };
    if (group) process.once("SIGINT", stop).once("SIGTERM", stop);
    let late = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            kill();
          }, options.timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    const end = (code, more = "") => {
      clearTimeout(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve({ code, stdout, output: output + more });
    };
    child.on("error", (error) => end(-1, error.message));
    child.on("close", (code) => end(code ?? -1, late ? `\nended after ${options.timeoutMs} ms` : ""));
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Where a program stands on PATH, or undefined. @param {string} name @param {readonly string[]} [alsoIn] */
export function findProgram(name, alsoIn = []) {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...alsoIn]) {
    for (const file of names) {
      const path = join(folder || ".", file);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    }
  }
  return undefined;
}

/** How npm is called without a shell: through its own script, which is where Node or the running npm has it. */
export function npmCommand() {
  const here = dirname(process.execPath);
  const scripts = [
    process.env.npm_execpath ?? "",
    join(here, "node_modules", "npm", "bin", "npm-cli.js"),
    join(here, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ];
  const script = scripts.find((path) => /^npm-cli\.c?js$/.test(basename(path)) && existsSync(path));
  if (script) return { command: process.execPath, args: [script] };
  const npm = findProgram("npm");
  if (npm && process.platform !== "win32") return { command: npm, args: [] };
  throw new Error("npm was found neither next to this node nor on PATH");
}

/** The environment with one more folder in front of PATH. */
export function withPath(env, ...folders) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [key]: [...folders, env[key]].filter(Boolean).join(delimiter) };
}
