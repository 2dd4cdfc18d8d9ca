// `npm run sdk`: writes the SDKs of TypeScript, Python and Go from the provider's schema into `.tmp/sdk`, and compiles the
// first. They are parts of a release, and not of the repository. `--schema FILE` and `--out FOLDER` name others. `--python` also
// makes an environment with Pulumi's package and the SDK of Python. What was made is told as JSON.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { pinnedVersion } from "./engine.mjs";
import { findGo, goEnvironment, goTool } from "./lib/go-build.mjs";
import { withLock } from "./lib/lock.mjs";
import { manifest, succeed } from "./lib/pack.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { installPython, pythonEnvironment } from "./lib/python-environment.mjs";

const ourSchema = join(root, "provider", "pulumi", "plugin", "schema.json");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

/**
 * The SDKs of a schema, written where the schema or the generator is another one than last time.
 *
 * @param {{ schema?: string, out?: string }} [options] files; default: the provider's schema, `.tmp/sdk`
 * @returns {Promise<{ out: string, nodejs: string, python: string, go: string, goModule: string }>} folders: of TypeScript the
 *   compiled package; `goModule` is the path that Go programs require
 */
export async function sdks({ schema = ourSchema, out = join(root, ".tmp", "sdk") } = {}) {
  const spec = JSON.parse(readFileSync(schema, "utf8"));
  const text = JSON.stringify({ ...spec, version: manifest.version });
  const goModule = goModuleOf(spec);
  const generator = await goTool({
    folder: "sdk",
    name: "sesdomain-sdk",
    source: ".",
    what: "the generator of the SDKs",
  });
  const made = createHash("sha256")
    .update(text)
    .update(generator)
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest("hex");
  const mark = join(out, ".made-from");
  const folders = {
    out,
    nodejs: join(out, "nodejs", "bin"),
    python: join(out, "python"),
    go: join(out, "go"),
    goModule,
  };
  await withLock(`${out}.lock`, async () => {
    if (existsSync(mark) && readFileSync(mark, "utf8") === made) return;
    const draft = `${out}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    try {
      writeFileSync(join(draft, "schema.json"), text);
      await succeed(generator, [join(draft, "schema.json"), draft], {});
      await finishNode(join(draft, "nodejs"));
      finishPython(join(draft, "python"));
      await finishGo(join(draft, "go"), goModule);
      writeFileSync(join(draft, ".made-from"), made);
      rmSync(out, { recursive: true, force: true });
      renameSync(draft, out);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return folders;
}

/** The generated package is published from `bin`, where its own code looks for package.json. */
async function finishNode(folder) {
  await succeed(process.execPath, [tsc, "-p", folder], {});
  const described = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { scripts: _, devDependencies: __, ...published } = described;
  writeFileSync(join(folder, "bin", "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
  copyFileSync(join(folder, "README.md"), join(folder, "bin", "README.md"));
  copyFileSync(join(root, "LICENSE"), join(folder, "bin", "LICENSE"));
}

/** pyproject.toml names README.md next to itself, where Pulumi's generator does not write it. */
function finishPython(folder) {
  copyFileSync(join(folder, "pulumi_sesdomain", "README.md"), join(folder, "README.md"));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
}

/** Pulumi's generator writes packages of a module, and no module. */
async function finishGo(folder, goModule) {
  const go = findGo();
  if (!go) throw new Error("there is no `go` on PATH");
  const sdk = `github.com/pulumi/pulumi/sdk/v3 v${pinnedVersion}`;
  writeFileSync(join(folder, "go.mod"), `module ${goModule}\n\ngo 1.25.11\n\nrequire ${sdk}\n`);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  await succeed(go, ["mod", "tidy"], { cwd: folder, env: goEnvironment() });
}

/** The module of the Go package that the schema names: the folder above it. */
function goModuleOf(spec) {
  const path = /^(.+)\/sesdomain$/.exec(spec.language?.go?.importBasePath ?? "")?.[1];
  if (path === undefined) throw new Error("the schema's language.go.importBasePath does not end with /sesdomain");
  return path;
}

/**
 * A Python that has Pulumi's package, and the folder that has the SDK, for PYTHONPATH.
 *
 * @param {{ out: string, python: string }} made by `sdks`
 * @returns {Promise<{ program: string, path: string }>}
 */
export async function pythonWithSdk({ out, python }) {
  const project = readFileSync(join(python, "pyproject.toml"), "utf8");
  const needed = /^\s*dependencies = (\[.*\])$/m.exec(project)?.[1];
  if (needed === undefined) throw new Error("the Python SDK's pyproject.toml has no dependencies in one line");
  const program = await pythonEnvironment([
    `pulumi==${pinnedVersion}`,
    "setuptools>=61",
    "wheel",
    ...JSON.parse(needed),
  ]);
  const path = join(out, "python-installed");
  await installPython(program, { from: python, to: path });
  return { program, path };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const text = { type: "string" };
  try {
    const { values } = parseArgs({ options: { schema: text, out: text, python: { type: "boolean" } } });
    const [schema, out] = [values.schema, values.out].map((path) => path && resolve(path));
    const made = await sdks({ ...(schema && { schema }), ...(out && { out }) });
    const more = values.python ? { installed: await pythonWithSdk(made) } : {};
    console.log(JSON.stringify({ ...made, ...more }, undefined, 2));
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
