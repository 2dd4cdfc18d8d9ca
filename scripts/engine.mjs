// Finds or makes a Pulumi engine: `node scripts/engine.mjs` prints the path of a `pulumi` program as its last word on
// standard output, and what it does meanwhile on standard error.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildGo, programIn } from "./lib/go-build.mjs";
import { keptIn, lastLines } from "./lib/kept-program.mjs";
import { cacheFolder, root } from "./lib/paths.mjs";
import { during, say } from "./lib/progress.mjs";
import { findProgram, run } from "./lib/run.mjs";

const module = "github.com/pulumi/pulumi";
const recipe = join(root, "scripts", "engine");
const installLimitMs = 5 * 60_000;
const oldest = { major: 3, minor: 248 };

/** The version that is installed or built, e.g. `3.259.0`: the one that `scripts/engine/go.mod` requires. */
export const pinnedVersion = pinned(readFileSync(join(recipe, "go.mod"), "utf8"));

/**
 * A `pulumi` program that is new enough: the one on PATH, else the one in the user's cache folder, else one put there
 * by Pulumi's installer, else one built there from source.
 *
 * @returns {Promise<{ command: string, folder: string, version: string }>} `folder` is what to put on PATH
 */
export async function engine() {
  return (await presentEngine()) ?? (await obtain());
}

/**
 * The one on PATH, else the one in the user's cache folder; undefined where neither is there.
 *
 * @returns {Promise<{ command: string, folder: string, version: string } | undefined>}
 */
export async function presentEngine() {
  const onPath = findProgram("pulumi");
  const version = onPath && (await versionOf(onPath));
  if (onPath && isNewEnough(version)) return { command: onPath, folder: dirname(onPath), version };
  if (onPath) say(`${onPath} is version ${version ?? "unknown"}; ${oldest.major}.${oldest.minor} or newer is needed`);
  return cached();
}

function home() {
  return join(cacheFolder(), "engine", `${pinnedVersion}-${process.platform}-${process.arch}`);
}

async function cached() {
  const command = programIn(home(), "pulumi");
  if (!existsSync(command)) return undefined;
  const version = await versionOf(command);
  return version === pinnedVersion ? { command, folder: dirname(command), version } : undefined;
}

async function obtain() {
  const checked = (make) => async (draft) => {
    await make(draft);
    const version = await versionOf(programIn(draft, "pulumi"));
    if (version !== pinnedVersion) throw new Error(`what came of it says version ${version ?? "unknown"}`);
  };
  return await keptIn(home(), {
    present: cached,
    what: "the Pulumi engine",
    ways: [
      ["Pulumi's installer", checked(install)],
      ["a build from source", checked(buildFromSource)],
    ],
    failed: noEngine,
  });
}

async function install(folder) {
  const sdk = join(root, "node_modules", "@pulumi", "pulumi");
  if (!existsSync(sdk)) throw new Error("the npm packages are not installed (npm ci)");
  const resolve = createRequire(join(sdk, "package.json")).resolve;
  const program = `
    const { PulumiCommand } = require(${JSON.stringify(join(sdk, "automation"))});
    const { SemVer } = require(${JSON.stringify(resolve("semver"))});
    PulumiCommand.install({ version: new SemVer(process.argv[1]), root: process.argv[2] }).catch((error) => {
      console.log(error.message);
      process.exitCode = 1;
    });`;
  await during(`downloading the Pulumi engine ${pinnedVersion} with Pulumi's installer`, async () => {
    const args = ["-e", program, pinnedVersion, folder];
    const result = await run(process.execPath, args, { cwd: root, timeoutMs: installLimitMs });
    if (result.code !== 0) throw new Error(lastLines(result.output, 3));
  });
}

async function buildFromSource(folder) {
  await buildGo({
    recipe,
    source: `${module}/pkg/v3/cmd/pulumi`,
    target: programIn(folder, "pulumi"),
    what: `the Pulumi engine ${pinnedVersion}`,
    variables: { [`${module}/sdk/v3/go/common/version.Version`]: `v${pinnedVersion}` },
  });
}

/** @returns {Promise<string | undefined>} such as `3.259.0`, undefined where the program does not run */
async function versionOf(command) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
  const result = await run(command, ["version"], { env, timeoutMs: 60_000 });
  return result.code === 0 ? /^v?(\d+\.\d+\.\d+)/m.exec(result.stdout)?.[1] : undefined;
}

function isNewEnough(version) {
  const [major, minor] = (version ?? "0.0.0").split(".").map(Number);
  return major === oldest.major && minor >= oldest.minor;
}

function pinned(goMod) {
  const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\d+\.\d+\.\d+)/.exec(goMod)?.[1];
  if (!version) throw new Error("scripts/engine/go.mod does not require github.com/pulumi/pulumi/pkg/v3");
  return version;
}

function noEngine(troubles) {
  return `There is no Pulumi engine to run with.
${troubles.join("\n")}
Three ways to have one:
  1. Install the Pulumi CLI ${oldest.major}.${oldest.minor} or newer and put it on PATH: https://www.pulumi.com/docs/install/
  2. Run this again where https://get.pulumi.com can be reached: version ${pinnedVersion} is then downloaded.
  3. Install Go (https://go.dev/dl/, the version that scripts/engine/go.mod names) and run this again: the engine is then built from the Go modules, in some minutes.`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log((await engine()).command);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
