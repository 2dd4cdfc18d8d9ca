import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Emulator, openEmulator } from "../../emulator";
import { fqdn } from "../../provider/core/fqdn";
import { type Block, blocksOf, ROOT, readPage } from "../support/docs/markdown";
import { isShell, runBlock, writeFiles } from "../support/docs/shell";
import { lead } from "../support/engine/process";
import { archiveHere, folderWithNode, inFolder, pluginArchives, yamlHost } from "../support/plugin/files";
import { pulumiEnvironment } from "../support/quickstart/pulumi";
import { openRegistry, type Registry } from "../support/quickstart/registry";
import { findProgram, requireProgram } from "../support/servers/programs";

const PAGE = "docs/plugin.md";
const NEED = "the plugin's archive";
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };

/** On a machine with Pulumi, Node and the archive: no npm project, and nothing of this repository. */
describe("the commands that install the plugin", function () {
  this.timeout(300_000);
  const blocks = blocksOf(PAGE, readPage(PAGE));
  const commands = blocks.filter((block) => isShell(block) && block.marks.needs === NEED);
  let host: string;
  let emulator: Emulator;

  before(async function () {
    if (findProgram("pulumi-language-yaml") === undefined) requireProgram(this, "go");
    host = await yamlHost();
    emulator = await openEmulator();
    await emulator.addZone({ name: fqdn("ses-example.com") });
  });
  after(() => emulator?.close());

  it("are two, and name an archive of this version", () => {
    assert.deepEqual(
      commands.map(({ text }) => text.trim().split("\n").length),
      [2, 1],
    );
    const archive = /--file (\S+)/.exec(commands[0]?.text ?? "")?.[1];
    assert.equal(archive, `pulumi-resource-sesdomain-v${version}-linux-amd64.tar.gz`);
    assert.ok(commands[0]?.text.includes(`install resource sesdomain ${version} `));
  });

  it("verify a domain from a YAML program, with only Node and Pulumi on PATH", () =>
    inFolder(async (folder) => {
      const { project, env } = await machine(folder);
      const said = await runBlock(blockAt(0), project, { ...env, ...emulator.env });
      assert.match(said, /verified: true/);
      assert.deepEqual(
        emulator.cloud.ses.identities().map(({ status }) => status),
        ["Success"],
      );
    }));

  it("verify it in the emulator that npx gets, and leave the folder as it is", () =>
    inFolder(async (folder) => {
      const { project, env } = await machine(folder);
      let registry: Registry | undefined;
      try {
        registry = await openRegistry(folder);
        const npm = { npm_config_registry: registry.url, npm_config_prefer_offline: "true" };
        const path = [env.PATH, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
        const before = readdirSync(project);
        const [install = ""] = blockAt(0).text.split("\n");
        await runBlock({ ...blockAt(0), text: install }, project, env);
        const said = await runBlock(blockAt(1), project, { ...env, ...npm, PATH: path });
        assert.match(said, /verified: true/);
        assert.deepEqual(
          readdirSync(project).filter((name) => !before.includes(name) && !/^Pulumi\..+\.yaml$/.test(name)),
          [],
        );
      } finally {
        registry?.close();
      }
    }));

  function blockAt(at: number): Block {
    const block = commands[at];
    if (block === undefined) throw new Error(`${PAGE} has no block ${at} of commands`);
    return block;
  }

  /** A folder with the page's program and the archive, and a stack. */
  async function machine(folder: string) {
    const { PATH: _, ...rest } = await pulumiEnvironment(folder);
    const only = folderWithNode(folder);
    for (const path of [findProgram("pulumi"), findProgram("sh"), host])
      if (path !== undefined) symlinkSync(path, join(only, basename(path)));
    const env = { ...rest, PATH: only };
    const project = join(folder, "mail");
    mkdirSync(project);
    writeFiles(blocks, project);
    const named = /--file (\S+)/.exec(blockAt(0).text)?.[1] ?? "";
    // The page names one system; the archives of Linux and macOS have the same files.
    copyFileSync(archiveHere(await pluginArchives(folder)), join(project, named));
    const init = await lead("pulumi", ["stack", "init", "try"], { cwd: project, env }).ended;
    assert.equal(init.exitCode, 0, init.stderr);
    return { project, env };
  }
});
