// Checks the examples for the plugin: each is compiled, or run with mocks, with the SDK that is generated now. Those of C# and
// YAML are compared with the schema; test/engine/plugin/languages/ runs the one in YAML.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import { pythonWithSdk, sdks } from "../../sdk.mjs";
import { findGo, goEnvironment } from "../go-build.mjs";
import { succeed } from "../pack.mjs";
import { root } from "../paths.mjs";

const token = "sesdomain:index:VerifiedDomain";
const domain = "ses-example.com";

/**
 * @param {{ check: (name: string, work: () => unknown) => Promise<void>, folder: string, env: NodeJS.ProcessEnv }} run
 *   `folder` takes the copies
 */
export async function checkPluginExamples({ check, folder, env }) {
  let made;
  await check("the SDKs are generated from the schema", async () => {
    made = await sdks();
  });
  if (made === undefined) return;
  const schema = JSON.parse(readFileSync(join(made.out, "schema.json"), "utf8"));
  const names = namesOf(schema);
  const source = (...path) => readFileSync(join(root, "examples", ...path), "utf8");
  const copy = (example) => {
    const to = join(folder, example);
    cpSync(join(root, "examples", example), to, { recursive: true });
    return to;
  };

  await check("typescript-plugin: types", async () => {
    const to = copy("typescript-plugin");
    const modules = join(to, "node_modules");
    mkdirSync(modules);
    for (const name of ["@pulumi", "@types", "typescript"]) link(join(root, "node_modules", name), join(modules, name));
    link(made.nodejs, join(modules, schema.language.nodejs.packageName));
    await succeed(process.execPath, [join(modules, "typescript", "bin", "tsc"), "-p", to], { cwd: to, env });
  });
  await check("go: compiles", async () => {
    const to = copy("go");
    const place = schema.language.go.importBasePath;
    if (!source("go", "main.go").includes(`"${place}"`))
      throw new Error(`examples/go/main.go does not import ${place}`);
    const go = (...args) => succeed(findGo(), args, { cwd: to, env: goEnvironment(env) });
    await go("mod", "edit", "-replace", `${made.goModule}=${made.go}`);
    await go("vet", ".");
    await go("build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", devNull, ".");
  });
  await check("python: runs with mocks", async () => {
    const { program, path } = await pythonWithSdk(made);
    const mocked = join(root, "scripts", "lib", "examples", "mocked.py");
    const { stdout } = await succeed(program, [mocked, "__main__.py"], {
      cwd: copy("python"),
      env: { ...env, PYTHONPATH: path },
    });
    const declared = JSON.parse(stdout).filter(({ type }) => type !== "pulumi:pulumi:Stack");
    const dns = { kind: "route53" };
    const inputs = { domain, identities: [{ region: "us-east-1" }], dns, dkim: true, mailFrom: "bounce" };
    assert.deepEqual(declared, [{ type: token, inputs }]);
  });
  await check("csharp, yaml: every name is in the schema", () => {
    const csharp = [...source("csharp", "Program.cs").matchAll(/\b([A-Z]\w*) = |\bmail\.([A-Z]\w*)/g)].map(
      ([, set, read]) => (set ?? read).replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
    );
    const properties = source("yaml", "Pulumi.yaml")
      .split(/^ {4}properties:$/m)[1]
      .split(/^\S/m)[0];
    const yaml = [...properties.matchAll(/^ +(?:- )?(\w+): /gm)].map(([, name]) => name);
    assert.ok(csharp.length >= 5 && yaml.length >= 5);
    assert.deepEqual(
      [...csharp, ...yaml].filter((name) => !names.has(name)),
      [],
    );
    const types = [...source("csharp", "Program.cs").matchAll(/new (\w+)Args\b/g)].map(([, name]) => name);
    const known = [...Object.keys(schema.resources), ...Object.keys(schema.types)].map((one) => one.split(":")[2]);
    assert.deepEqual(
      types.filter((name) => !known.includes(name)),
      [],
    );
    const { rootNamespace, namespaces } = schema.language.csharp;
    assert.ok(source("csharp", "Program.cs").includes(`using ${rootNamespace}.${namespaces.sesdomain};`));
  });
}

/** The properties of the resource and of all types. */
function namesOf({ resources, types }) {
  const { inputProperties, properties } = resources[token];
  const objects = [inputProperties, properties, ...Object.values(types).map((type) => type.properties ?? {})];
  return new Set(objects.flatMap((one) => Object.keys(one)));
}

function link(to, at) {
  symlinkSync(to, at, "junction");
}
