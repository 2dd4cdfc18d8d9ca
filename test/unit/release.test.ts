import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

interface Read {
  readonly notes: string;
  readonly dated: boolean;
  readonly waiting: boolean;
}

interface Facts {
  readonly version: string;
  readonly changelog: Pick<Read, "dated" | "waiting">;
  readonly addresses: Readonly<Record<string, string | null>>;
  readonly page: string;
  readonly clean: boolean;
  readonly tags: readonly string[];
  readonly sdks: boolean;
}

describe("a release", () => {
  let readChangelog: (text: string, version: string) => Read;
  let notReady: (facts: Facts) => readonly string[];
  before(async () => {
    ({ readChangelog } = await import("../../scripts/lib/release/notes.mjs" as string));
    ({ notReady } = await import("../../scripts/lib/release/ready.mjs" as string));
  });

  const changelog = (unreleased: string, day: string) =>
    `# Changelog\n\nText.\n\n## [Unreleased]\n${unreleased}\n## [1.2.0] - ${day}\n\n### Added\n\n- One.\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n`;

  it("has the notes of its own version", () => {
    const read = readChangelog(changelog("", "2026-11-27"), "1.2.0");
    assert.deepEqual(read, { notes: "### Added\n\n- One.\n", dated: true, waiting: false });
  });

  it("has those of what is not released before it has a day", () => {
    const read = readChangelog(changelog("\n- Two.\n", "unreleased"), "1.2.0");
    assert.deepEqual(read, { notes: "- Two.\n\n### Added\n\n- One.\n", dated: false, waiting: true });
  });

  it("knows no version that CHANGELOG.md does not have", () => {
    assert.deepEqual(readChangelog(changelog("", "2026-11-27"), "9.9.9"), {
      notes: "\n",
      dated: false,
      waiting: false,
    });
  });

  const READY: Facts = {
    version: "1.2.0",
    changelog: { dated: true, waiting: false },
    addresses: { repository: "https://example.com/one/two", publisher: "One" },
    page: "pulumi plugin install resource sesdomain 1.2.0 --file one",
    clean: true,
    tags: ["v1.2.0"],
    sdks: true,
  };

  it("is ready with all of it", () => assert.deepEqual(notReady(READY), []));

  const lacking: readonly (readonly [string, Partial<Facts>])[] = [
    ["a day in the changelog", { changelog: { dated: false, waiting: true } }],
    ["changes that moved to the version's section", { changelog: { dated: true, waiting: true } }],
    ["an address", { addresses: { repository: null } }],
    ["its version in the page", { page: "pulumi plugin install resource sesdomain 1.1.0" }],
    ["a page with a version", { page: "" }],
    ["a clean work tree", { clean: false }],
    ["its tag", { tags: ["v1.1.0", ""] }],
    ["the SDKs", { sdks: false }],
  ];
  for (const [what, facts] of lacking) {
    it(`is not ready without ${what}`, () => assert.equal(notReady({ ...READY, ...facts }).length, 1));
  }

  interface Tools {
    readonly npm: (args: readonly string[]) => Promise<{ stdout: string }>;
    readonly skipped: (name: string) => void;
    readonly during: (what: string, work: () => Promise<unknown>) => Promise<unknown>;
  }
  type Publish = (packages: readonly { path: string; name: string }[], version: string, tools: Tools) => Promise<void>;

  /** npm that has `published`, and what publishing with it did. */
  async function publishing(view: (wanted: string) => string) {
    const { publishPackages }: { publishPackages: Publish } = await import(
      "../../scripts/lib/release/publish.mjs" as string
    );
    const did: string[] = [];
    const packages = ["one", "two"].map((name) => ({ name, path: `${name}.tgz` }));
    await publishPackages(packages, "1.2.0", {
      npm: async ([command, what = ""]) => {
        if (command === "view") return { stdout: view(what) };
        did.push(what);
        return { stdout: "" };
      },
      skipped: (name) => void did.push(`skipped ${name}`),
      during: (_, work) => work(),
    });
    return did;
  }

  it("publishes what npm does not have, and skips what it has", async () => {
    assert.deepEqual(await publishing(() => ""), ["one.tgz", "two.tgz"]);
    assert.deepEqual(await publishing((wanted) => (wanted === "one@1.2.0" ? "1.2.0\n" : "")), [
      "skipped one",
      "two.tgz",
    ]);
    assert.deepEqual(await publishing(() => "1.2.0\n"), ["skipped one", "skipped two"]);
  });

  it("publishes under a name that npm does not know, and stops where npm cannot be asked", async () => {
    const failing = (text: string) => () => {
      throw new Error(text);
    };
    assert.deepEqual(await publishing(failing("npm error code E404")), ["one.tgz", "two.tgz"]);
    await assert.rejects(publishing(failing("npm error code ETIMEDOUT")), /ETIMEDOUT/);
  });

  it("has this repository's version in every file that names it", () => {
    const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
    const version = (path: string) => (JSON.parse(read(path)) as { readonly version: string }).version;
    const own = version("package.json");
    assert.deepEqual([version("package-lock.json"), version("provider/pulumi/plugin/schema.json")], [own, own]);
    const named = [...read("docs/plugin.md").matchAll(/sesdomain[ -]v?(\d+\.\d+\.\d+)/g)].map(([, one]) => one);
    assert.deepEqual([...new Set(named)], [own]);
  });
});
