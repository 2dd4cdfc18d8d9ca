// Finds or makes a Pulumi engine: `node scripts/engine.mjs` prints the path of a `pulumi` program as its last word on
// standard output, and what it does meanwhile on standard error.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { withLock } from "./lib/lock.mjs";
import { cacheFolder, root } from "./lib/paths.mjs";
import { during, say } from "./lib/progress.mjs";
import { findProgram, run } from "./lib/run.mjs";

const module = "github.com/pulumi/pulumi";
const recipe = join(root, "scripts", "engine");
const installLimitMs = 5 * 60_000;
const buildLimitMs = 40 * 60_000;
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

function programIn(folder) {
  return join(folder, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

async function cached() {
  const command = programIn(home());
  if (!existsSync(command)) return undefined;
  const version = await versionOf(command);
  return version === pinnedVersion ? { command, folder: dirname(command), version } : undefined;
}

async function obtain() {
  const folder = home();
  return await withLock(
    `${folder}.lock`,
    async () => {
      const ready = await cached();
      if (ready) return ready;
      const troubles = [];
      for (const [way, make] of [
        ["Pulumi's installer", install],
        ["a build from source", buildFromSource],
      ]) {
        // One name, for this process holds the lock: what one that was ended has left goes with it.
        const draft = `${folder}.draft`;
        rmSync(draft, { recursive: true, force: true });
        mkdirSync(draft, { recursive: true });
        try {
          await make(draft);
          const version = await versionOf(programIn(draft));
          if (version !== pinnedVersion) throw new Error(`what came of it says version ${version ?? "unknown"}`);
          rmSync(folder, { recursive: true, force: true });
          renameSync(draft, folder);
          return { command: programIn(folder), folder: join(folder, "bin"), version };
        } catch (error) {
          troubles.push(`${way}: ${error.message}`);
          say(`  ${lastLines(error.message, 1)}`);
        } finally {
          rmSync(draft, { recursive: true, force: true });
        }
      }
      throw new Error(noEngine(troubles));
    },
    () => say("another process is getting the Pulumi engine; waiting for it ..."),
  );
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
  const go = findProgram("go", ["/usr/local/go/bin"]);
  if (!go) throw new Error("there is no `go` on PATH");
  const env = { ...process.env, CGO_ENABLED: "0", GO111MODULE: "on", GOWORK: "off" };
  // In the recipe's folder, so that a Go too old for it says so here (or fetches its newer self, where that is allowed).
  const version = await run(go, ["env", "GOVERSION"], { cwd: recipe, env });
  if (version.code !== 0) throw new Error(lastLines(version.output, 3));
  const flags = `-s -w -X ${module}/sdk/v3/go/common/version.Version=v${pinnedVersion}`;
  const what = `building the Pulumi engine ${pinnedVersion} with ${version.stdout.trim()} (takes some minutes, once)`;
  await during(what, async () => {
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", flags];
    args.push("-o", programIn(folder), `${module}/pkg/v3/cmd/pulumi`);
    const result = await run(go, args, { cwd: recipe, env, timeoutMs: buildLimitMs });
    if (result.code !== 0) throw new Error(lastLines(result.output, 10));
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

function lastLines(text, count) {
  return text.trim().split("\n").slice(-count).join("\n");
}

function noEngine(troubles) {
  return `There is no Pulumi engine to run with.
${troubles.map((trouble) => `  ${trouble.replaceAll("\n", "\n    ")}`).join("\n")}
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
