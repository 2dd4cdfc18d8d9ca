import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../support/docs/markdown";
import { archiveHere, inFolder, pluginArchives, pluginFolder } from "../../support/plugin/files";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  version: string;
};
const PROGRAM = "pulumi-resource-sesdomain";
const POSIX = [
  "LICENSE",
  "THIRD-PARTY-LICENSES.txt",
  "aws.cjs",
  "cloudflare.cjs",
  "google-auth-library.cjs",
  "libraries.cjs",
  "main.cjs",
  "plugin.cjs",
  PROGRAM,
  "schema.json",
];
const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const list = (archive: string) => execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).trim().split("\n");

describe("the archives of the plugin", function () {
  this.timeout(120_000);

  it("are six, with the program at the root, the schema and the licences, and nothing else", () =>
    inFolder(async (folder) => {
      const archives = await pluginArchives(folder);
      const names = ["linux", "darwin", "windows"].flatMap((system) =>
        ["amd64", "arm64"].map((machine) => `${PROGRAM}-v${version}-${system}-${machine}.tar.gz`),
      );
      assert.deepEqual(
        archives.map((path) => basename(path)),
        names,
      );
      for (const archive of archives) {
        const windows = archive.includes("-windows-");
        const wanted = POSIX.map((name) => (windows && name === PROGRAM ? `${PROGRAM}.cmd` : name));
        assert.deepEqual(list(archive), wanted, archive);
      }
    }));

  it("are the same bytes each time", () =>
    inFolder(async (folder) => {
      const [first, second] = [join(folder, "first"), join(folder, "second")];
      const digests = async (to: string) => (await pluginArchives(to)).map(digest);
      assert.deepEqual(await digests(first), await digests(second));
    }));

  it("unpack to a program that can be run, files of no user, and the package's own version", () =>
    inFolder(async (folder) => {
      const archive = archiveHere(await pluginArchives(folder));
      const lines = execFileSync("tar", ["--numeric-owner", "-tvzf", archive], {
        encoding: "utf8",
        env: { TZ: "UTC" },
      });
      for (const line of lines.trim().split("\n"))
        assert.match(line, line.endsWith(PROGRAM) ? /^-rwxr-xr-x 0\/0 / : /^-rw-r--r-- 0\/0 /);
      const to = join(folder, "unpacked");
      mkdirSync(to);
      execFileSync("tar", ["-xzf", archive, "-C", to]);
      const schema = JSON.parse(readFileSync(join(to, "schema.json"), "utf8")) as { name: string; version: string };
      assert.deepEqual([schema.name, schema.version], ["sesdomain", version]);
      for (const file of list(archive).filter((name) => name !== "THIRD-PARTY-LICENSES.txt"))
        assert.ok(!readFileSync(join(to, file), "utf8").includes(ROOT), file);
    }));

  it("are made of Pulumi's messages and never of Pulumi's SDK, and have the licence of each package", () =>
    inFolder(async (folder) => {
      const { bundle } = await import(pathToFileURL(join(ROOT, "scripts/lib/plugin/bundle.mjs")).href);
      const { inputs } = (await bundle(folder)) as { readonly inputs: readonly string[] };
      const sdk = inputs.filter((path) => path.includes("node_modules/@pulumi/pulumi/"));
      assert.ok(sdk.length > 0);
      assert.deepEqual(
        sdk.filter((path) => !path.includes("/@pulumi/pulumi/proto/")),
        [],
      );
      const packages = inputs.flatMap(
        (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? [],
      );
      const licences = readFileSync(join(await pluginFolder(), "THIRD-PARTY-LICENSES.txt"), "utf8");
      assert.ok(packages.includes("@aws-sdk/client-ses") && packages.includes("zod"));
      for (const name of new Set(packages)) assert.ok(licences.includes(`\n${name} `), name);
    }));
});
