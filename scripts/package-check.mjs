// Packs the package and uses it as its users do: installed with npm, pnpm and Yarn, from CommonJS and ES modules.
// Two linters of packages read it first.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { openChecks } from "./lib/checks.mjs";
import { manifest, npm, oldestSdk, pack, succeed } from "./lib/pack.mjs";
import { cacheFolder, root } from "./lib/paths.mjs";
import { runProgram } from "./lib/program.mjs";
import { findProgram, npmCommand } from "./lib/run.mjs";

const PROGRAM = `import { VerifiedDomain } from "pulumi-sesdomain";
new VerifiedDomain("mail", { domain: "ses-example.com", identities: [{ region: "us-east-1" }], dns: { kind: "route53" } });`;
const { check, finish } = openChecks();
const folder = mkdtempSync(join(tmpdir(), "sesdomain-package-"));
const name = manifest.name;
const tools = {
  pnpm: "10.34.8",
  yarn: "1.22.22",
  "@yarnpkg/cli-dist": "4.18.1",
  publint: "0.3.25",
  "@arethetypeswrong/cli": "0.18.5",
};

try {
  await bootstrap();
  const packed = await pack(folder);
  await checkContents(packed);
  const registry = (await npm(["config", "get", "registry"], { cwd: root })).stdout.trim();
  const toolFolder = await installTools();
  await lint(packed, toolFolder);
  const pnpm = [join(toolFolder, "pnpm", "bin", "pnpm.cjs"), "install", "--no-frozen-lockfile"];
  const classic = [join(toolFolder, "yarn", "bin", "yarn.js"), "install", "--no-lockfile", "--non-interactive"];
  const berry = [join(toolFolder, "@yarnpkg", "cli-dist", "bin", "yarn.js"), "install"];
  await checkInstalled("npm", packed, (cwd) => npm(["install", "--no-audit", "--no-fund"], { cwd }));
  await checkInstalled("pnpm", packed, (cwd) =>
    succeed(process.execPath, [...pnpm, "--config.node-linker=isolated", "--registry", registry], { cwd }),
  );
  await checkInstalled("yarn-1", packed, (cwd) => {
    const env = { ...process.env, YARN_REGISTRY: registry, YARN_CACHE_FOLDER: yarnCache() };
    return succeed(process.execPath, classic, { cwd, env });
  });
  await checkInstalled("yarn-4", packed, (cwd) => {
    const env = {
      ...process.env,
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_NODE_LINKER: "node-modules",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_TELEMETRY: "0",
    };
    writeFileSync(join(cwd, "yarn.lock"), "");
    return succeed(process.execPath, berry, { cwd, env });
  });
  await checkModules(packed);
  await checkWorkspace(packed, (cwd) =>
    succeed(process.execPath, [...pnpm, "--config.node-linker=isolated", "--registry", registry], { cwd }),
  );
} catch (error) {
  await check("the package check runs to its end", () => {
    throw error;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish();

async function checkContents({ file, bytes, paths }) {
  const has = new Set(paths);
  const inside = join(folder, "inside");
  mkdirSync(inside);
  const tar = findProgram("tar") ?? "tar";
  await succeed(tar, ["-xzf", file, "-C", inside], {});
  const text = (path) => readFileSync(join(inside, "package", path), "utf8");

  await check("the package holds what it should, and nothing else", () => {
    const wanted =
      /^(package\.json|(README|SECURITY|CHANGELOG)\.md|LICENSE|docs\/(?!contributing\/).+\.(md|schema\.json|svg|ya?ml|sh)|examples\/\w+-record\/index\.ts|dist\/(provider|emulator)\/.+\.(js|d\.ts)|dist\/provider\/pulumi\/plugin\/schema\.json)$/;
    const strange = paths.filter((path) => !wanted.test(path) || /\.test\./.test(path));
    if (strange.length > 0) throw new Error(`not expected: ${strange.join(", ")}`);
    const missing = ["package.json", "README.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"].filter(
      (path) => !has.has(path),
    );
    if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
    return `${paths.length} files, ${Math.round(bytes / 1024)} KB`;
  });
  await check("every entry point is there, with its types", () => {
    const targets = Object.values(manifest.exports).flatMap((one) =>
      typeof one === "string" ? [one] : Object.values(one),
    );
    const all = [...targets, manifest.main, manifest.types, ...Object.values(manifest.bin)];
    const missing = all.map((path) => posix.normalize(path)).filter((path) => !has.has(path));
    if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
    const untyped = paths.filter((path) => path.endsWith(".js") && !has.has(path.replace(/\.js$/, ".d.ts")));
    if (untyped.length > 0) throw new Error(`without types: ${untyped.join(", ")}`);
  });
  await check("no file names a source map", () => {
    const named = paths.filter((path) => path.endsWith(".js") && /^\/\/# sourceMappingURL=/m.test(text(path)));
    if (named.length > 0) throw new Error(named.join(", "));
  });
  await check("the commands can be started", () => {
    for (const path of Object.values(manifest.bin)) {
      if (!text(posix.normalize(path)).startsWith("#!/usr/bin/env node\n"))
        throw new Error(`${path} has no first line for node`);
    }
  });
  await check("no file names the place where it was built", () => {
    const named = paths.filter((path) => text(path).includes(root));
    if (named.length > 0) throw new Error(named.join(", "));
  });
}

/** What they only suggest is a fault too. */
async function lint({ file }, toolFolder) {
  await check("publint has nothing to say", async () => {
    const { stdout } = await succeed(
      process.execPath,
      [join(toolFolder, "publint", "src", "cli.js"), file, "--strict"],
      {},
    );
    if (!stdout.includes("All good!")) throw new Error(stdout);
  });
  await check("are the types wrong? No, for every way to resolve a module", () => {
    const attw = join(toolFolder, "@arethetypeswrong", "cli", "dist", "index.js");
    return succeed(process.execPath, [attw, file, "--format", "ascii"], { cwd: folder });
  });
}

async function installTools() {
  const prefix = join(cacheFolder(), "package-managers");
  const there = Object.entries(tools).every(([tool, version]) => {
    const path = join(prefix, "node_modules", tool, "package.json");
    return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === version;
  });
  if (!there) {
    mkdirSync(prefix, { recursive: true });
    const wanted = Object.entries(tools).map(([tool, version]) => `${tool}@${version}`);
    await npm(["install", "--no-save", "--no-package-lock", "--no-audit", "--prefix", prefix, ...wanted], {
      cwd: prefix,
    });
  }
  return join(prefix, "node_modules");
}

/** Yarn 1 goes by the version: its cache would give the package of an earlier run. */
function yarnCache() {
  const cache = join(cacheFolder(), "yarn-cache");
  const v6 = join(cache, "v6");
  for (const entry of existsSync(v6) ? readdirSync(v6) : [])
    if (entry.includes(name)) rmSync(join(v6, entry), { recursive: true, force: true });
  return cache;
}

async function checkInstalled(manager, packed, install) {
  const project = join(folder, manager);
  mkdirSync(project);
  const dependencies = { [name]: `file:${packed.file}`, "@pulumi/pulumi": oldestSdk };
  const devDependencies = { "@types/node": manifest.devDependencies["@types/node"] };
  write(
    "package.json",
    JSON.stringify({ name: "user", version: "1.0.0", private: true, dependencies, devDependencies }),
  );
  await check(`${manager}: installs`, () => install(project));
  if (!existsSync(join(project, "node_modules", name))) return;

  await check(`${manager}: require("${name}")`, () =>
    node("-e", `if (typeof require("${name}").VerifiedDomain !== "function") process.exit(1)`),
  );
  await check(`${manager}: import from "${name}"`, () =>
    node(
      "--input-type=module",
      "-e",
      `import { VerifiedDomain } from "${name}"; if (typeof VerifiedDomain !== "function") process.exit(1)`,
    ),
  );
  await check(`${manager}: the provider's process finds "${name}/host"`, () =>
    node(
      "-e",
      `if (!require("module").createRequire(process.cwd() + "/")("${name}/host").verifiedDomain) process.exit(1)`,
    ),
  );
  await check(`${manager}: require("${name}/emulator")`, () => node("-e", `require("${name}/emulator")`));
  await check(`${manager}: types, from CommonJS and from an ES module`, () => {
    const program = `import { VerifiedDomain } from "${name}";
      import { output } from "@pulumi/pulumi";
      const maybe = output(undefined as string | undefined);
      const identities = [{ region: maybe, profile: undefined }];
      new VerifiedDomain("maybe", { domain: "ses-example.com", identities, dns: { kind: "route53", zoneId: maybe }, timeout: maybe, ttl: undefined });
      const mail = new VerifiedDomain("mail", { domain: "ses-example.com", identities: [{ region: "eu-west-1" }], dns: { kind: "route53" } });
      export const arn = mail.identityArns["eu-west-1"];
      // @ts-expect-error: the domain is a text
      new VerifiedDomain("wrong", { domain: 1, dns: { kind: "route53" } });\n`;
    for (const file of ["program.cts", "program.mts"]) write(file, program);
    const exact = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    const compilerOptions = {
      strict: true,
      ...exact,
      noEmit: true,
      module: "node16",
      target: "es2022",
      types: ["node"],
    };
    write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { ...compilerOptions, skipLibCheck: true },
        files: ["program.cts", "program.mts"],
      }),
    );
    return node(join(root, "node_modules", "typescript", "bin", "tsc"), "-p", project);
  });
  await check(`${manager}: pulumi-resource-sesdomain prints a port`, async () => {
    const line = await firstLine(join(project, "node_modules", ".bin", "pulumi-resource-sesdomain"), project);
    if (!/^\d+$/.test(line)) throw new Error(line);
  });
  await check(`${manager}: npx sesdomain --help`, async () => {
    // Asked only where it is installed: npm would look for a package of that name instead.
    if (!existsSync(join(project, "node_modules", ".bin", "sesdomain")))
      throw new Error("the command is not installed");
    const { command, args } = npmCommand();
    const { stdout } = await succeed(command, [...args, "exec", "--no", "--", "sesdomain", "--help"], { cwd: project });
    if (!/^Usage: sesdomain/.test(stdout) || !/emulator/.test(stdout)) throw new Error(stdout);
  });

  function write(file, text) {
    writeFileSync(join(project, file), text);
  }
  function node(...args) {
    return succeed(process.execPath, args, { cwd: project });
  }
}

/** What a program that goes on says first. It is interrupted then. */
function firstLine(command, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const hear = (text) => {
      said += text;
      if (said.includes("\n")) child.kill("SIGINT");
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", reject);
    child.on("close", () => resolve(said.split("\n")[0]));
  });
}

/** The recipe of docs/programs.md, in a folder without TypeScript. */
async function checkModules(packed) {
  const project = join(folder, "modules");
  const dependencies = { [name]: `file:${packed.file}`, "@pulumi/pulumi": oldestSdk };
  const devDependencies = { tsx: manifest.devDependencies.tsx };
  put(project, "package.json", { name: "stack", private: true, type: "module", dependencies, devDependencies });
  put(project, "tsconfig.json", { compilerOptions: { strict: true, module: "nodenext", target: "es2022" } });
  put(project, "index.ts", PROGRAM);
  await check("an ES module program runs as docs/programs.md says", async () => {
    const page = readFileSync(join(root, "docs", "programs.md"), "utf8");
    const typescript = /^ {4}typescript: (true|false)\b/m.exec(page)?.[1];
    const nodeargs = /^ {4}nodeargs: "(.+)"$/m.exec(page)?.[1];
    if (typescript === undefined || nodeargs === undefined) throw new Error("docs/programs.md has no recipe");
    await npm(["install", "--no-audit", "--no-fund"], { cwd: project });
    if (existsSync(join(project, "node_modules", "typescript"))) throw new Error("typescript came along");
    const options = { typescript: typescript === "true", nodeargs: nodeargs.split(" ") };
    served(await runProgram(project, options));
  });
}

/** A stack whose library declares the domain: only the library depends on this package. */
async function checkWorkspace(packed, install) {
  const workspace = join(folder, "workspace");
  const stack = join(workspace, "stack");
  put(workspace, "package.json", { name: "workspace", private: true });
  put(workspace, "pnpm-workspace.yaml", "packages: [stack, mail]\n");
  put(workspace, "mail/package.json", {
    name: "@example/mail",
    version: "1.0.0",
    dependencies: { [name]: `file:${packed.file}`, "@pulumi/pulumi": oldestSdk },
  });
  put(
    workspace,
    "mail/index.js",
    `exports.declare = () => { ${PROGRAM.replace(/^import (.+) from (.+);/, "const $1 = require($2);")} };`,
  );
  const dependencies = { "@example/mail": "workspace:*", "@pulumi/pulumi": oldestSdk };
  put(stack, "package.json", { name: "stack", private: true, dependencies });
  put(stack, "index.js", `require("@example/mail").declare();`);
  await check("pnpm: a library of a workspace declares a domain", async () => {
    await install(workspace);
    const lines = served(await runProgram(stack, { typescript: false }));
    if (lines.includes(workspace)) throw new Error(`an absolute path in the state: ${lines}`);
    const script = `const m = new module.constructor(""); m._compile(process.env.LINES, ""); if (!m.exports.handler().create.length) process.exit(1);
      if (!Object.keys(require.cache).some((file) => file.endsWith("dynamic.js"))) process.exit(2);`;
    await succeed(process.execPath, ["-e", script], { cwd: stack, env: { ...process.env, LINES: lines } });
  });
}

/** What the program would leave in the state for Pulumi's process for dynamic resources. */
function served(declared) {
  const lines = declared.find(({ type }) => type.endsWith("sesdomain:VerifiedDomain"))?.inputs.__provider;
  if (typeof lines !== "string") throw new Error(`declared: ${declared.map(({ type }) => type).join(", ")}`);
  return lines;
}

function put(base, path, content) {
  const file = join(base, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}
