import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, openEmulator } from "../../emulator";
import { fqdn } from "../../provider/core/fqdn";
import { type Block, blocksOf, pages, placeOf, readPage } from "../support/docs/markdown";
import { isShell, isShown, runBlock, writeFiles } from "../support/docs/shell";
import { pulumiEnvironment } from "../support/quickstart/pulumi";
import { openRegistry, type Registry } from "../support/quickstart/registry";

const QUICK_START = "README.md";
/** Its commands ask about names of the reader's own, and are made by the code that finds the problem. */
const OF_FINDINGS = /^docs\/problems\//;

const isRun = (block: Block) => isShell(block) && block.marks.needs === undefined && block.marks.file === undefined;

/** From an empty folder, with the package as it would be published, and nothing else of this repository. */
describe("the commands in the pages", function () {
  this.timeout(300_000);
  let folder: string;
  let project: string;
  let env: NodeJS.ProcessEnv;
  let registry: Registry;
  let emulator: Emulator;
  let output = "";

  before(async () => {
    // Outside of the repository: what its folders hold must not be found.
    folder = mkdtempSync(join(tmpdir(), "sesdomain-pages-"));
    project = join(folder, "mail");
    mkdirSync(project);
    env = await pulumiEnvironment(folder);
    registry = await openRegistry(folder);
    emulator = await openEmulator();
    for (const name of ["ses-example.com", "example.com"]) await emulator.addZone({ name: fqdn(name) });
    env = { ...env, npm_config_registry: registry.url, npm_config_prefer_offline: "true" };
  });
  after(async () => {
    registry?.close();
    await emulator?.close();
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  describe("the quick start, in its order", () => {
    const blocks = blocksOf(QUICK_START, readPage(QUICK_START));
    it("has its files", () => {
      writeFiles(blocks, project);
      assert.ok(blocks.some(({ marks }) => marks.file === "Pulumi.yaml"));
    });
    for (const block of blocks) {
      if (isRun(block)) {
        it(`runs: ${placeOf(block)}`, async () => {
          output = await runBlock(block, project, env);
        });
      } else if (block.marks.output !== undefined) {
        it(`prints what is shown: ${placeOf(block)}`, () => assert.ok(isShown(block.text, output), output));
      }
    }
  });

  for (const page of pages().filter((one) => one !== QUICK_START && !OF_FINDINGS.test(one))) {
    const blocks = blocksOf(page, readPage(page));
    if (!blocks.some(isRun)) continue;
    describe(`those of ${page}, in the quick start's folder`, () => {
      before(async () => {
        const stack = page.replace(/\W+/g, "-");
        const init = { page, line: 0, language: "sh", text: `pulumi stack init ${stack}`, marks: {} };
        await runBlock(init, project, env);
        writeFiles(blocks, project);
      });
      for (const block of blocks.filter(isRun)) {
        it(`runs: ${placeOf(block)}`, async () => {
          await runBlock(block, project, { ...env, ...emulator.env });
        });
      }
    });
  }
});
