import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireProgram } from "./programs";

export const run = promisify(execFile);

const INSTALL_TIMEOUT_MS = 300_000;

/**
 * The folder of a Python environment with these packages: made once, kept in the user's cache folder under a name made
 * of the packages and the interpreter's version. Rejects where pip cannot install them.
 */
export async function openPythonEnvironment(python: string, packages: readonly string[]): Promise<string> {
  const version = (await run(python, ["-c", "import sys; print(sys.version)"])).stdout;
  const name = createHash("sha256")
    .update(JSON.stringify([version, packages]))
    .digest("hex")
    .slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "sesdomain", "python", name);
  if (existsSync(join(folder, "ready"))) return folder;
  // A virtual environment holds its own path: it is made in place, and counts only once its mark is there.
  const building = `${folder}.building`;
  await mkdir(building, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await run(python, ["-m", "venv", folder], { timeout: INSTALL_TIMEOUT_MS });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  await run(join(folder, "bin", "python"), pip, { timeout: INSTALL_TIMEOUT_MS });
  await rename(building, join(folder, "ready"));
  return folder;
}

/** The same, with `python3`. Skips the running suite where it cannot be made; with SESDOMAIN_REQUIRE_ALL=1 that is a failure. */
export async function requirePythonEnvironment(context: Mocha.Context, packages: readonly string[]): Promise<string> {
  const python = requireProgram(context, "python3");
  try {
    return await openPythonEnvironment(python, packages);
  } catch (error) {
    if (process.env.SESDOMAIN_REQUIRE_ALL === "1") throw error;
    console.log(`      skipped: pip cannot install ${packages.join(" and ")} here`);
    return context.skip();
  }
}
