import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { succeed } from "./pack.mjs";
import { cacheFolder } from "./paths.mjs";
import { during } from "./progress.mjs";
import { findProgram } from "./run.mjs";

const limitMs = 300_000;

/**
 * A Python environment with these packages and with one from a folder, kept in the user's cache folder under what they are.
 *
 * @param {{ packages: readonly string[], folder: string }} wanted
 * @returns {Promise<string>} the path of its `python`
 */
export async function pythonEnvironment({ packages, folder }) {
  const python = findProgram("python3");
  if (!python) throw new Error("there is no `python3` on PATH");
  const { stdout: version } = await succeed(python, ["-c", "import sys; print(sys.version)"], {});
  const hash = createHash("sha256").update(JSON.stringify([version, packages]));
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const file = join(folder, name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  const place = join(cacheFolder(), "python", `sdk-${hash.digest("hex").slice(0, 16)}`);
  const program = join(place, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const mark = join(place, "ready");
  await withLock(`${place}.lock`, async () => {
    if (existsSync(mark)) return;
    // A virtual environment holds its own path: it is made in place, and counts only once its mark is there.
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    const copy = mkdtempSync(join(tmpdir(), "sesdomain-python-"));
    try {
      await during(`making a Python environment with ${packages.join(", ")}`, async () => {
        await succeed(python, ["-m", "venv", place], { timeoutMs: limitMs });
        // pip builds where the sources are.
        cpSync(folder, copy, { recursive: true });
        const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages, copy];
        await succeed(program, install, { timeoutMs: limitMs });
      });
      writeFileSync(mark, "");
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
  return program;
}
