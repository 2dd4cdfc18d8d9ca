// Everything that .ci/run checks once the machine has its programs. Ends with `N passed, N failed` on the last line.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChecks } from "./lib/checks.mjs";
import { root } from "./lib/paths.mjs";
import { npmCommand, run } from "./lib/run.mjs";

const { check, add, finish } = openChecks();
const folder = mkdtempSync(join(tmpdir(), "sesdomain-ci-"));
const started = Date.now();

// First, and alone: what it needs and is not there, it has to get itself.
await counted("npm test", ["test"]);
await check("npm run types", () => npmRun(["run", "types"]));
await check("npm run lint", () => npmRun(["run", "lint"]));
await check("npm run docs:api", () => npmRun(["run", "docs:api"]));
await check("npm run pictures -- --check", () => npmRun(["run", "pictures", "--", "--check"]));
await counted("npm run check:package", ["run", "check:package"]);
await counted("npm run check:examples", ["run", "check:examples"]);
const [thisNode] = process.versions.node.split(".");
await counted("npm run check:nodes", ["run", "check:nodes", "--", "--tested", thisNode]);
await counted("npm run kills", ["run", "kills", "--", "--count", "12", "--seed", "8"]);
await check("npm run demo", () => npmRun(["run", "demo"]));
await check("the work tree is as it was", unchanged);

rmSync(folder, { recursive: true, force: true });
console.log(`\ntook ${Math.round((Date.now() - started) / 1000)} s`);
finish();

/** A run that counts for itself; where it breaks off, or fails though nothing it counted did, that is one failure. */
async function counted(name, args) {
  const file = join(folder, `${name.replace(/\W+/g, "-")}.json`);
  let failure;
  try {
    await npmRun(args, { SESDOMAIN_TALLY: file });
  } catch (error) {
    failure = error;
  }
  const tally = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  if (tally) add(tally);
  if (failure && !tally?.failed) {
    await check(name, () => {
      throw failure;
    });
  }
}

function npmRun(args, env = {}) {
  const npm = npmCommand();
  const began = Date.now();
  console.log(`\n==== npm ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(npm.command, [...npm.args, "--loglevel=error", ...args], {
      cwd: root,
      env: { ...process.env, SESDOMAIN_REQUIRE_ALL: "1", SESDOMAIN_TWICE: "1", ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`==== npm ${args.join(" ")}: exit ${code} after ${seconds} s`);
      if (code === 0) resolve(`${seconds} s`);
      else reject(new Error(`npm ${args.join(" ")} ended with ${code}`));
    });
  });
}

/** No run may leave a file behind or touch one; only a fresh clone can tell. */
async function unchanged() {
  const { code, output } = await run("git", ["status", "--porcelain"], { cwd: root });
  if (code === 0 && output.trim() !== "" && process.env.CI) throw new Error(output);
}
