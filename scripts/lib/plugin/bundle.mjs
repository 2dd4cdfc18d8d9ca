// The plugin's program as few files without node_modules: `plugin.cjs`, which starts it, and what it loads.
import { readFileSync, writeFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { join } from "node:path";
import { manifest } from "../pack.mjs";
import { root } from "../paths.mjs";

const ENTRY = "provider/pulumi/plugin/main.ts";
const SDK = join(root, "node_modules", "@pulumi", "pulumi");

/** Dependencies of the command line and of the emulator. */
const ELSEWHERE = ["commander", "fast-xml-parser"];

/** Packages that others ask for inside a `try`, and do without. */
const DONE_WITHOUT = ["kerberos"];

/**
 * From Node 22.1 on, what V8 made of the files is kept in the plugin's folder. A start then takes 30 ms less, measured on
 * Node 22 and 24. It is not kept in the folder for temporary files, where another user could place code.
 */
const START = `"use strict";
const { join } = require("node:path");
require("node:module").enableCompileCache?.(join(__dirname, ".compile-cache"));
require("./main.cjs");
`;

/**
 * Packages by the file that they are in. Node reads all of a file before it runs the first line of it, so what a run
 * may not need is in files of its own. A plugin has no npm project: optional packages come with it.
 *
 * @returns {ReadonlyMap<string, readonly string[]>}
 */
function lazyFiles() {
  const names = Object.keys(manifest.dependencies);
  const isAws = (name) => name.startsWith("@aws-sdk/");
  const optional = Object.entries(manifest.peerDependenciesMeta).flatMap(([name, { optional }]) =>
    optional ? [name] : [],
  );
  return new Map([
    ["aws.cjs", names.filter(isAws)],
    ["libraries.cjs", names.filter((name) => !isAws(name) && !ELSEWHERE.includes(name))],
    ...optional.map((name) => [`${name.replace(/\W+/g, "-")}.cjs`, [name]]),
  ]);
}

/**
 * Writes the files of the program into `folder`.
 *
 * @param {string} folder
 * @returns {Promise<{ readonly inputs: readonly string[], readonly outputs: readonly string[] }>} `inputs`: the files
 *   that it is made of, from the repository's root; `outputs`: the names of the files in `folder`
 * @throws where something is missing in the files, or is in them that must not be
 */
export async function bundle(folder) {
  // Loaded here: this file is read before the npm packages are installed.
  const { build } = await import("esbuild");
  const lazy = lazyFiles();
  const settings = {
    bundle: true,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: `node${oldestNode()}`,
    absWorkingDir: root,
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    // Names stay: the names of classes are compared and shown.
    minifyWhitespace: true,
    minifySyntax: true,
    // The texts of the licences are in a file of their own.
    legalComments: "none",
    // An import() of these files would lose which export is the default one.
    supported: { "dynamic-import": false },
    logLevel: "silent",
  };
  const results = [
    await build({ ...settings, entryPoints: { main: ENTRY }, plugins: [grpcOfTheSdk(), apart(lazy), english()] }),
  ];
  for (const [file, names] of lazy) {
    const lines = names.map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); },`);
    const contents = `module.exports = {\n${lines.join("\n")}\n};`;
    const stdin = { contents, resolveDir: root, sourcefile: file };
    const entryNames = file.replace(/\.cjs$/, "");
    results.push(await build({ ...settings, stdin, entryNames, plugins: [english()] }));
  }
  judge(results, [...lazy.keys()]);
  writeFileSync(join(folder, "plugin.cjs"), START);
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const isFile = (path) => /^(?:provider|node_modules)\//.test(path);
  return { inputs: [...new Set(inputs)].filter(isFile).sort(), outputs: ["plugin.cjs", "main.cjs", ...lazy.keys()] };
}

/** The oldest major version of Node that the package supports. */
export function oldestNode() {
  const major = /^>=(\d+)/.exec(manifest.engines.node)?.[1];
  if (major === undefined) throw new Error(`package.json: engines.node is ${manifest.engines.node}`);
  return Number(major);
}

/**
 * gRPC is a dependency of Pulumi's SDK and not of this package. The sources look for it from the SDK's folder while
 * they run. Here it is found now, and is in the files.
 */
function grpcOfTheSdk() {
  return {
    name: "grpc-of-the-sdk",
    setup(build) {
      build.onLoad({ filter: /[\\/]provider[\\/]pulumi[\\/]grpc\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const contents = text.replace(/^const load = .*$/m, "").replace(/\bload\(/g, "require(");
        return { contents, loader: "ts" };
      });
      const { resolve } = createRequire(join(SDK, "package.json"));
      build.onResolve({ filter: /^(?:@grpc\/grpc-js$|google-protobuf\/)/ }, ({ path }) => ({ path: resolve(path) }));
    },
  };
}

/** What the sources load from a package of `lazy` comes from its file. */
function apart(lazy) {
  const fileOf = new Map([...lazy].flatMap(([file, names]) => names.map((name) => [name, file])));
  return {
    name: "apart",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        fileOf.has(path) ? { path, namespace: "apart", pluginData: fileOf.get(path) } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "apart" }, ({ path, pluginData }) => ({
        contents: `module.exports = require(${JSON.stringify(`./${pluginData}`)})[${JSON.stringify(path)}];`,
      }));
      build.onResolve({ filter: /^\.\//, namespace: "apart" }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** zod has its messages in fifty languages, which every start would read. */
function english() {
  return {
    name: "english",
    setup(build) {
      build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.cjs$/ }, () => ({
        contents: `exports.en = require("./en.cjs").default;`,
      }));
    },
  };
}

/** What looks for a package while it runs finds none here. */
const AT_RUN_TIME = /\bcreateRequire\(|\brequire\.resolve\(/;
const GRPC = "provider/pulumi/grpc.ts";

function judge(results, own) {
  const known = new Set([...builtinModules, ...DONE_WITHOUT, ...own]);
  const faults = results.flatMap(({ warnings, metafile }) => [
    ...warnings.map(({ text, location }) => `${location?.file ?? ""}: ${text}`),
    ...Object.keys(metafile.inputs).flatMap((path) => {
      if (/node_modules\/@pulumi\/pulumi\/(?!proto\/)/.test(path))
        return [`${path}: the SDK itself, which takes 0.4 s`];
      const own = path.startsWith("provider/") && path !== GRPC;
      return own && AT_RUN_TIME.test(readFileSync(join(root, path), "utf8")) ? [`${path}: looks for a package`] : [];
    }),
    ...Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.flatMap(({ path }) => {
        const name = path.replace(/^(?:node:|\.\/)/, "");
        return known.has(name) ? [] : [`${path}: left out of the files`];
      }),
    ),
  ]);
  if (faults.length > 0) throw new Error(`the plugin's files are not right:\n${faults.join("\n")}`);
}
