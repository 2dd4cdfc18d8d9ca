import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.mjs";
import { longestFirst, slowestLines } from "./test-times.mjs";

const graceMs = 20_000;
/** Where more files fail, it is not for a busy machine. */
const filesAgain = 3;

/** @typedef {{ title: string, reason: string, file?: string }} Failure */
/**
 * `unsteady`: failed at first, and passed when run again, alone; counted as passed.
 *
 * @typedef {{ passed: number, failed: number, skipped: readonly string[], failures: readonly Failure[], unsteady: readonly Failure[] }} Tally
 */

/** @type {Tally} */
export const nothing = { passed: 0, failed: 0, skipped: [], failures: [], unsteady: [] };

/** @param {Tally} a @param {Tally} b @returns {Tally} */
export function add(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: [...a.skipped, ...b.skipped],
    failures: [...a.failures, ...b.failures],
    unsteady: [...a.unsteady, ...b.unsteady],
  };
}

/** `3 passed, 0 failed` or `3 passed, 0 failed, 1 skipped`. @param {Tally} tally */
export function words({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`;
}

/** Whether a folder holds a test at all. @param {string} folder from the root */
export function hasTests(folder, base = root) {
  try {
    return readdirSync(join(base, folder), { recursive: true }).some((name) => String(name).endsWith(".test.ts"));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
    throw error;
  }
}

/**
 * Runs test files with mocha in a process of its own, its output shown.
 *
 * @param {string | readonly string[]} spec a file, a pattern, or several files, from `cwd`
 * @param {{ show?: "dot" | "spec", jobs?: number, timeoutMs?: number, env?: NodeJS.ProcessEnv, node?: string, cwd?: string, outside?: boolean }} [options]
 *   `jobs` is how many files run at once (default 1); `node` is the program to run them with; `outside` where `cwd` is a project without mocha and its settings
 * @returns {Promise<Tally>} a run that broke off counts as one failure at least
 */
export async function runMocha(spec, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-tally-"));
  const file = join(folder, "tally.json");
  const packages = createRequire(join(root, "package.json"));
  const reporter = ["--reporter", join(root, "scripts", "lib", "tally.cjs")];
  const reporterOptions = [`show=${options.show ?? "dot"}`, `file=${file}`];
  const first = options.outside ? ["--import", pathToFileURL(packages.resolve("tsx")).href] : [];
  const specs = options.outside ? [spec] : longestFirst(spec, options.cwd ?? root);
  const args = [
    ...first,
    packages.resolve("mocha/bin/mocha.js"),
    ...specs.flatMap((one) => ["--spec", one]),
    ...reporter,
  ];
  if (options.outside) args.push("--no-config", "--extension", "ts");
  for (const option of reporterOptions) args.push("--reporter-option", option);
  if (options.jobs !== undefined) args.push("--parallel", "--jobs", String(options.jobs));
  if (options.timeoutMs !== undefined) args.push("--timeout", String(options.timeoutMs));
  try {
    const child = spawn(options.node ?? process.execPath, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const code = await ended(child, file);
    const tally = existsSync(file)
      ? { ...nothing, ...JSON.parse(readFileSync(file, "utf8")) }
      : brokenOff(spec, "it left no count");
    const slowest = slowestLines(tally.files ?? {});
    if (slowest.length > 0) console.log(`slowest files of ${titleOf(spec)}:\n${slowest.join("\n")}`);
    return code !== 0 && tally.failed === 0 ? add(tally, brokenOff(spec, `mocha ended with ${code}`)) : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * `runMocha`, and the files of failed tests once more, one at a time: tests that wait for real processes and sockets may miss
 * their limits of time where the machine is busy. What passes only then is named as `unsteady`, and never hidden.
 *
 * @param {string | readonly string[]} spec @param {Parameters<typeof runMocha>[1]} options
 * @returns {Promise<Tally>}
 */
export async function runMochaTwice(spec, options) {
  const first = await runMocha(spec, options);
  const files = new Set(first.failures.map(({ file }) => file));
  if (first.failed === 0 || files.has(undefined) || files.size > filesAgain) return first;
  for (const file of files) {
    console.log(`\n== again, alone: ${file}`);
    const again = await runMocha(String(file), { ...options, jobs: undefined });
    if (again.failed > 0 || again.passed === 0) return first;
  }
  return { ...first, passed: first.passed + first.failed, failed: 0, failures: [], unsteady: first.failures };
}

/** Mocha ends by itself unless a test left something open; that is said, and ended, some time after the last test. */
function ended(child, file) {
  return new Promise((resolve) => {
    let lateMs = 0;
    const watch = setInterval(() => {
      if (existsSync(file)) lateMs += 1_000;
      if (lateMs < graceMs) return;
      console.error("\nthe tests are over, but a server, socket or timer of theirs is still open");
      child.kill("SIGKILL");
    }, 1_000);
    const end = (code) => {
      clearInterval(watch);
      resolve(code);
    };
    child.on("error", () => end(-1));
    child.on("close", end);
  });
}

/** A run that ended before it had counted. @returns {Tally} */
function brokenOff(spec, reason) {
  return { ...nothing, failed: 1, failures: [{ title: titleOf(spec), reason }] };
}

function titleOf(spec) {
  return typeof spec === "string" ? spec : `${spec.length} files`;
}
