// Compiles provider/ and emulator/ to dist/ where the sources are newer than the last build.
// `--tolerant` shows type errors and goes on.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isNewer } from "./lib/fresh.mjs";
import { withLock } from "./lib/lock.mjs";
import { root } from "./lib/paths.mjs";
import { during, say } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";

const sources = ["provider", "emulator"];
/** What the compiler does not copy. */
const assets = ["provider/pulumi/plugin/schema.json"];
const settings = ["tsconfig.json", "tsconfig.build.json", "package-lock.json", "scripts/build.mjs"];
const dist = join(root, "dist");
/** Folders of `dist/` that are made by other scripts. */
const MADE_OTHERWISE = ["plugin", "plugin.draft", "archives", "release"];
const stamp = join(dist, ".built");

/**
 * Makes `dist/` match the sources. Where their types do not check, the compiler still writes JavaScript, and
 * this throws with the compiler's messages; with `tolerant` they are only shown, for a test run in the midst of a change.
 *
 * @param {{ tolerant?: boolean }} [options]
 */
export async function build(options = {}) {
  if (isFresh()) return;
  await withLock(join(root, ".tmp", "build.lock"), async () => {
    if (isFresh()) return;
    const started = new Date();
    const errors = await during("compiling provider/ and emulator/", compile);
    removeOrphans();
    for (const path of assets) copyFileSync(join(root, path), join(dist, path));
    if (errors !== undefined) {
      if (!options.tolerant) throw new Error(`the sources do not compile:\n${errors}`);
      say(`types do not check:\n${errors}`);
      return;
    }
    writeFileSync(stamp, "");
    // The moment before the compiler read the first file: what is saved while it runs is newer.
    utimesSync(stamp, started, started);
  });
}

function isFresh() {
  return existsSync(join(dist, "provider", "index.js")) && isNewer(stamp, [...sources, ...settings]);
}

async function compile() {
  mkdirSync(dist, { recursive: true });
  // The compiler's memory of what it wrote is wrong where a file was removed.
  if (!existsSync(join(dist, "provider", "index.js"))) rmSync(join(dist, ".tsbuildinfo"), { force: true });
  const tsc = createRequire(join(root, "package.json")).resolve("typescript/bin/tsc");
  const result = await run(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root });
  return result.code === 0 ? undefined : result.output.trim();
}

function removeOrphans(folder = "") {
  const here = join(dist, folder);
  for (const entry of readdirSync(here, { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      if (MADE_OTHERWISE.includes(path)) continue;
      if (!existsSync(join(root, path))) rmSync(join(dist, path), { recursive: true });
      else removeOrphans(path);
    } else if (folder) {
      // Source maps, which earlier builds wrote, have no source by this rule.
      const source = path.replace(/(\.d\.ts|\.js)$/, ".ts");
      if (!existsSync(join(root, source))) rmSync(join(dist, path));
    }
  }
}

function compilerIsThere() {
  return existsSync(join(root, "node_modules", "typescript", "package.json"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    if (process.env.npm_lifecycle_event === "prepare" && !compilerIsThere()) {
      say("dist/ is not built: the compiler is a development dependency and is left out here");
    } else {
      await build({ tolerant: process.argv.includes("--tolerant") });
    }
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
