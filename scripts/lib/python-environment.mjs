import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { succeed } from "./pack.mjs";
import { cacheFolder } from "./paths.mjs";
import { during } from "./progress.mjs";
import { findProgram } from "./run.mjs";

const limitMs = 300_000;
const pip = ["-m", "pip", "--quiet", "--disable-pip-version-check", "install"];

/**
 * A Python environment with these packages, kept in the user's cache folder.
 *
 * @param {readonly string[]} packages as pip takes them
 * @returns {Promise<string>} the path of its `python`
 */
export async function pythonEnvironment(packages) {
  const python = findProgram("python3");
  if (!python) throw new Error("there is no `python3` on PATH");
  const { stdout: version } = await succeed(python, ["-c", "import sys; print(sys.version)"], {});
  const hash = createHash("sha256").update(JSON.stringify([version, packages]));
  const place = join(cacheFolder(), "python", hash.digest("hex").slice(0, 16));
  const program = join(place, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const mark = join(place, "ready");
  await withLock(`${place}.lock`, async () => {
    if (existsSync(mark)) return;
    // A virtual environment holds its own path: it is made in place, and counts only once its mark is there.
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    await during(`making a Python environment with ${packages.join(", ")}`, async () => {
      await succeed(python, ["-m", "venv", place], { timeoutMs: limitMs });
      await succeed(program, [...pip, ...packages], { timeoutMs: limitMs });
    });
    writeFileSync(mark, "");
  });
  return program;
}

/**
 * Installs the package in a folder into another folder, for PYTHONPATH, where that one is not there. The environment has to have
 * setuptools, wheel and what the package depends on.
 *
 * @param {string} program a `python`
 * @param {{ from: string, to: string }} folders
 */
export async function installPython(program, { from, to }) {
  await withLock(`${to}.lock`, async () => {
    if (existsSync(to)) return;
    // pip builds where the sources are.
    const copy = mkdtempSync(join(tmpdir(), "sesdomain-python-"));
    const draft = `${to}.draft`;
    try {
      cpSync(from, copy, { recursive: true });
      rmSync(draft, { recursive: true, force: true });
      const how = ["--no-deps", "--no-build-isolation", "--target", draft];
      await succeed(program, [...pip, ...how, copy], { timeoutMs: limitMs });
      renameSync(draft, to);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
}
