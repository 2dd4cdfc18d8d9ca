// Makes all parts of a release in dist/release/, with their SHA-256 sums and the notes. It publishes nothing, unless
// `--publish` is given. RELEASING.md says what comes before and after.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";
import { readAddresses } from "./lib/addresses.mjs";
import { findGo } from "./lib/go-build.mjs";
import { manifest, npm, pack, succeed } from "./lib/pack.mjs";
import { root } from "./lib/paths.mjs";
import { tarGz } from "./lib/plugin/archive.mjs";
import { during, say } from "./lib/progress.mjs";
import { readChangelog } from "./lib/release/notes.mjs";
import { publishPackages } from "./lib/release/publish.mjs";
import { notReady } from "./lib/release/ready.mjs";
import { archives } from "./plugin.mjs";
import { sdks } from "./sdk.mjs";

const { version } = manifest;
const options = { publish: { type: "boolean", default: false }, out: { type: "string" } };
const read = (path) => readFileSync(join(root, path), "utf8");

try {
  const { values } = parseArgs({ options });
  await release(values.out ?? join(root, "dist", "release"), values.publish);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function release(folder, publish) {
  await bootstrap();
  const changelog = readChangelog(read("CHANGELOG.md"), version);
  const hasGo = Boolean(findGo());
  const missing = notReady({
    version,
    changelog,
    addresses: readAddresses(),
    page: read("docs/plugin.md"),
    clean: (await git("status", "--porcelain")) === "",
    tags: (await git("tag", "--points-at", "HEAD")).split("\n"),
    sdks: hasGo,
  });
  if (publish && missing.length > 0) throw new Error(`not ready:\n${list(missing)}`);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { file } = await pack(folder);
  const parts = [file, ...(await archives(folder)), ...(hasGo ? await packedSdks(folder) : [])];
  const sums = parts.map((path) => `${sha256(path)}  ${basename(path)}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "notes.md"), changelog.notes);
  for (const path of [...parts, join(folder, "SHA256SUMS"), join(folder, "notes.md")]) console.log(path);

  if (!publish) {
    say(`This was a dry run: nothing is published.${missing.length > 0 ? ` Not ready yet:\n${list(missing)}` : ""}`);
    return;
  }
  const ofSdk = JSON.parse(read("provider/pulumi/plugin/schema.json")).language.nodejs.packageName;
  const packages = parts
    .filter((one) => one.endsWith(".tgz"))
    .map((path, index) => ({ path, name: [manifest.name, ofSdk][index] }));
  await publishPackages(packages, version, {
    npm: (args) => npm(args, { cwd: folder }),
    skipped: (name) => say(`${name}@${version} is published already: skipped`),
    during,
  });
}

/** TypeScript's as npm has it; of Python and Go their sources. */
async function packedSdks(folder) {
  const made = await sdks();
  const packed = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: made.nodejs });
  const names = Object.values(JSON.parse(packed.stdout)).map(({ filename }) => join(folder, filename));
  const sources = ["python", "go"].map((language) => {
    const path = join(folder, `sesdomain-sdk-${language}-v${version}.tar.gz`);
    writeFileSync(path, tarGz(filesIn(made[language])));
    return path;
  });
  return [...names, ...sources];
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll("\\", "/");
      return { name, content: readFileSync(path), executable: false };
    });
}

function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function git(...args) {
  return (await succeed("git", args, { cwd: root })).stdout.trim();
}

function list(lines) {
  return lines.map((line) => `  - ${line}`).join("\n");
}
