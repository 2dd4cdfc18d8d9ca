// What has to be there before anything runs: the npm packages and a fresh dist/. Plain Node, no packages needed.
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { withLock } from "./lib/lock.mjs";
import { root } from "./lib/paths.mjs";
import { during, say } from "./lib/progress.mjs";
import { npmCommand, run } from "./lib/run.mjs";

const oldestNode = 20;
const lockFile = join(root, "package-lock.json");
const stamp = join(root, "node_modules", ".sesdomain-lock");

/**
 * Installs the npm packages where they are missing or other than the lock file's, then compiles what is stale.
 *
 * @param {{ tolerant?: boolean, compile?: boolean }} [options] `compile`: false for what needs no `dist/`; see `build`
 */
export async function bootstrap(options = {}) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) throw new Error(`Node ${oldestNode} or newer is needed, this is ${process.versions.node}`);
  if (!packagesAreFresh()) {
    await withLock(join(root, ".tmp", "packages.lock"), async () => {
      if (!packagesAreFresh()) await installPackages();
    });
  }
  if (options.compile !== false) await build(options);
}

function packagesAreFresh() {
  const installed = statSync(join(root, "node_modules", ".package-lock.json"), { throwIfNoEntry: false });
  if (!installed) return false;
  return readStamp() === lockHash() || installed.mtimeMs >= statSync(lockFile).mtimeMs;
}

function readStamp() {
  try {
    return readFileSync(stamp, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function lockHash() {
  return createHash("sha256").update(readFileSync(lockFile)).digest("hex");
}

async function installPackages() {
  const npm = npmCommand();
  await during("installing the npm packages (npm ci)", async () => {
    // The build that npm would start on its own is the next step here, where its errors are shown as such.
    const args = [
      ...npm.args,
      "ci",
      "--include=dev",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ];
    const result = await run(npm.command, args, { cwd: root });
    if (result.code !== 0) throw new Error(`npm ci failed:\n${result.output.trim()}`);
  });
  writeFileSync(stamp, lockHash());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await bootstrap();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
