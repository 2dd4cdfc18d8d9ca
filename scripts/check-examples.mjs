// Checks the examples that put another provider's record between identity and verification: each against the packages
// of its own lock file, with this package as it would be published. Types, and a run with Pulumi's mocks. Then the examples
// in other languages.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { openChecks } from "./lib/checks.mjs";
import { checkPluginExamples } from "./lib/examples/plugin.mjs";
import { withLock } from "./lib/lock.mjs";
import { manifest, npm, pack, succeed } from "./lib/pack.mjs";
import { cacheFolder, root } from "./lib/paths.mjs";
import { during } from "./lib/progress.mjs";
import { findProgram } from "./lib/run.mjs";

const examples = ["aws-record", "cloudflare-record"];
const installFiles = ["package.json", "package-lock.json", ".npmrc"];
const entry = `node_modules/${manifest.name}`;
const { check, finish } = openChecks();
const folder = mkdtempSync(join(tmpdir(), "sesdomain-examples-"));
/** Nothing that could lead a program to a real account or an engine. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(AWS|PULUMI|CLOUDFLARE|GOOGLE|GCLOUD|RFC2136|PDNS|SESDOMAIN)_/i.test(name),
  ),
);

try {
  await bootstrap();
  const packed = join(folder, "packed");
  mkdirSync(packed);
  const { file } = await pack(packed);
  await succeed(findProgram("tar") ?? "tar", ["-xzf", file, "-C", packed], {});
  for (const example of examples) await checkExample(example, join(packed, "package"));
  await checkPluginExamples({ check, folder, env });
} catch (error) {
  await check("the check of the examples runs to its end", () => {
    throw error;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish();

async function checkExample(example, ourPackage) {
  const source = join(root, "examples", example);
  let current = false;
  await check(`${example}: the lock file names no registry and is up to date`, () => {
    const { packages } = JSON.parse(readFileSync(join(source, "package-lock.json"), "utf8"));
    const resolved = Object.values(packages).flatMap((one) => one.resolved ?? []);
    const strange = resolved.filter((one) => one !== "file:../..");
    if (strange.length > 0) throw new Error(`not expected: ${strange.slice(0, 3).join(", ")}`);
    if (needs(packages[entry]) !== needs(manifest)) {
      // With a lock file there, npm takes what a folder needs from it.
      const command = "rm package-lock.json && npm install --package-lock-only --ignore-scripts";
      throw new Error(`it knows other dependencies of ${manifest.name}. In examples/${example}: ${command}`);
    }
    current = true;
  });
  if (!current) return;

  let project;
  await check(`${example}: installs`, async () => {
    project = projectOf(example, await installed(example, source), source, ourPackage);
  });
  if (project === undefined) return;
  const node = (...args) => succeed(process.execPath, args, { cwd: project, env });
  await check(`${example}: types`, () => node(join("node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", "."));
  await check(`${example}: runs with mocks`, async () => {
    const flags = ["--import", "tsx", "--test", "--test-reporter", "tap"];
    const { stdout } = await node(...flags, "index.test.ts");
    const passed = Number(/^# pass (\d+)/m.exec(stdout)?.[1] ?? 0);
    if (passed === 0) throw new Error(`no test ran\n${stdout}`);
    return `${passed} tests`;
  });
}

function needs({ dependencies, peerDependencies }) {
  return JSON.stringify([dependencies, peerDependencies].map((one) => Object.entries(one ?? {}).sort()));
}

/** The packages of the example's lock file, installed once in the cache folder. Returns its `node_modules`. */
async function installed(example, source) {
  const hash = createHash("sha256").update(needs(manifest)).update(process.platform).update(process.arch);
  for (const name of installFiles) hash.update(readFileSync(join(source, name)));
  const place = join(cacheFolder(), "examples", `${example}-${hash.digest("hex").slice(0, 16)}`);
  const modules = join(place, "examples", example, "node_modules");
  await withLock(`${place}.lock`, async () => {
    if (existsSync(modules)) return;
    const fresh = `${place}.new-${process.pid}`;
    const inner = join(fresh, "examples", example);
    mkdirSync(inner, { recursive: true });
    // What `file:../..` leads to: of this package only what it depends on.
    const { version, dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const stub = { name: manifest.name, version, dependencies, peerDependencies, peerDependenciesMeta };
    writeFileSync(join(fresh, "package.json"), JSON.stringify(stub));
    for (const name of installFiles) cpSync(join(source, name), join(inner, name));
    try {
      await during(`installing the packages of examples/${example}`, () =>
        npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: inner }),
      );
      rmSync(place, { recursive: true, force: true });
      renameSync(fresh, place);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
  return modules;
}

/** The example as a user has it: its files, its packages, and among them this one as it is now. */
function projectOf(example, modules, source, ourPackage) {
  const project = join(folder, example);
  mkdirSync(join(project, "node_modules"), { recursive: true });
  for (const name of readdirSync(source)) {
    if (name !== "node_modules") cpSync(join(source, name), join(project, name));
  }
  for (const name of readdirSync(modules)) {
    if (name.startsWith(".") || name === manifest.name) continue;
    symlinkSync(join(modules, name), join(project, "node_modules", name), "junction");
  }
  cpSync(ourPackage, join(project, "node_modules", manifest.name), { recursive: true });
  return project;
}
