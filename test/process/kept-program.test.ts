import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Way = readonly [string, (draft: string) => Promise<void>];

interface KeptProgram {
  keptIn(
    folder: string,
    recipe: {
      present(): string | undefined;
      readonly ways: readonly Way[];
      readonly what: string;
      failed(troubles: readonly string[]): string;
    },
  ): Promise<string>;
}

describe("a program in the cache folder", () => {
  let kept: KeptProgram;
  let parent: string;
  let folder: string;
  before(async () => {
    kept = await import("../../scripts/lib/kept-program.mjs" as string);
  });
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "sesdomain-kept-"));
    folder = join(parent, "one");
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const obtain = (...ways: readonly Way[]) => {
    const file = join(folder, "program");
    const present = () => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    return kept.keptIn(folder, { present, ways, what: "it", failed: (troubles) => troubles.join("\n") });
  };
  const writes = (text: string): Way => [text, async (draft) => writeFileSync(join(draft, "program"), text)];
  const fails = (name: string): Way => [
    name,
    async (draft) => {
      writeFileSync(join(draft, "half"), "");
      throw new Error(`no ${name}`);
    },
  ];

  it("is made once, also where two ask at once", async () => {
    assert.deepEqual(await Promise.all([obtain(writes("a")), obtain(writes("b"))]), ["a", "a"]);
    assert.equal(await obtain(fails("c")), "a");
  });

  it("is made in the next way where one fails, with nothing of that one", async () => {
    assert.equal(await obtain(fails("a"), writes("b")), "b");
    assert.deepEqual(readdirSync(folder), ["program"]);
    assert.deepEqual(readdirSync(parent), ["one"]);
  });

  it("is missing where every way fails, and each reason is said", async () => {
    await assert.rejects(obtain(fails("a"), fails("b")), /no a[\s\S]*no b/);
    assert.deepEqual(readdirSync(parent), []);
  });
});
