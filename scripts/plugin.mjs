// Makes the plugin in dist/plugin/, a folder that Pulumi can run, and its archives in dist/archives/.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bootstrap } from "./bootstrap.mjs";
import { isNewer } from "./lib/fresh.mjs";
import { withLock } from "./lib/lock.mjs";
import { manifest } from "./lib/pack.mjs";
import { root } from "./lib/paths.mjs";
import { tarGz } from "./lib/plugin/archive.mjs";
import { bundle, oldestNode } from "./lib/plugin/bundle.mjs";
import { PROGRAM, shellLauncher, windowsLauncher } from "./lib/plugin/launchers.mjs";
import { thirdPartyLicences } from "./lib/plugin/licences.mjs";
import { during, say } from "./lib/progress.mjs";

const SOURCES = [
  "provider",
  "scripts/plugin.mjs",
  "scripts/lib/plugin",
  "package.json",
  "package-lock.json",
  "LICENSE",
];
const SYSTEMS = ["linux", "darwin", "windows"];
const MACHINES = ["amd64", "arm64"];
const WINDOWS_PROGRAM = `${PROGRAM}.cmd`;

/**
 * The folder with the plugin, made where the sources are newer.
 *
 * @returns {Promise<string>}
 */
export async function plugin() {
  await bootstrap({ compile: false });
  const folder = join(root, "dist", "plugin");
  const isFresh = () => isNewer(join(folder, "plugin.cjs"), SOURCES);
  if (isFresh()) return folder;
  await withLock(join(root, ".tmp", "plugin.lock"), async () => {
    if (!isFresh()) await during("making the plugin", () => make(folder));
  });
  return folder;
}

async function make(folder) {
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const { inputs } = await bundle(draft);
  const write = (name, text) => writeFileSync(join(draft, name), text);
  write(PROGRAM, shellLauncher(oldestNode()));
  write(WINDOWS_PROGRAM, windowsLauncher(oldestNode()));
  chmodSync(join(draft, PROGRAM), 0o755);
  copyFileSync(join(root, "LICENSE"), join(draft, "LICENSE"));
  write("schema.json", schema());
  write("THIRD-PARTY-LICENSES.txt", thirdPartyLicences(inputs));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

/** Pulumi looks for a plugin by its version, and the SDKs have the one of the schema. */
function schema() {
  const text = readFileSync(join(root, "provider", "pulumi", "plugin", "schema.json"), "utf8");
  const { version } = JSON.parse(text);
  if (version === manifest.version) return text;
  throw new Error(`schema.json is of version ${version}, package.json of ${manifest.version}: run \`npm run docs\``);
}

/**
 * Archives of the plugin for each system that Pulumi has, as `pulumi plugin install` wants them.
 *
 * @param {string} to the folder that they are written into
 * @returns {Promise<string[]>} their paths
 */
export async function archives(to) {
  const folder = await plugin();
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, content: readFileSync(join(folder, name)), executable: name === PROGRAM }));
  const packed = {
    posix: tarGz(entries.filter(({ name }) => name !== WINDOWS_PROGRAM)),
    windows: tarGz(entries.filter(({ name }) => name !== PROGRAM)),
  };
  mkdirSync(to, { recursive: true });
  return SYSTEMS.flatMap((system) =>
    MACHINES.map((machine) => {
      const path = join(to, `${PROGRAM}-v${manifest.version}-${system}-${machine}.tar.gz`);
      writeFileSync(path, system === "windows" ? packed.windows : packed.posix);
      return path;
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    for (const path of await archives(join(root, "dist", "archives"))) console.log(path);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
