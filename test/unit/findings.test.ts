import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, codeOf } from "../../provider/diagnosis/catalogue";
import type { Entry } from "../../provider/diagnosis/catalogue/entry";
import { checkArgs } from "../../provider/lifecycle/arguments";

const ROOT = join(__dirname, "../..");
const FOLDER = "provider/diagnosis/catalogue";
const SOURCES = sourcesIn("provider").filter((path) => !path.startsWith(`${FOLDER}/`));
const ENTRIES: readonly Entry[] = CATALOGUE;

/** What a case of test/zones says that is of interest here; `case-types.ts` has all of it. */
interface Case {
  readonly file: string;
  readonly expect: string | null;
  readonly arguments?: object;
}

const CASES: readonly Case[] = readdirSync(join(ROOT, "test/zones"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ file, ...JSON.parse(read(`test/zones/${file}`)) }));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** What docs/contributing/adding-a-finding.md asks for; test/unit/diagnosis.test.ts and address.test.ts have the rest. */
describe("every finding", () => {
  it("of every file of the catalogue is in the catalogue", async () => {
    const files = readdirSync(join(ROOT, FOLDER)).filter((file) => file !== "entry.ts");
    for (const file of files) {
      const exported: Readonly<Record<string, unknown>> = await import(join(ROOT, FOLDER, file));
      const lists = Object.values(exported).filter((one): one is readonly Entry[] => Array.isArray(one));
      assert.ok(lists.length > 0, file);
      for (const entry of lists.flat()) assert.ok(ENTRIES.includes(entry), `${file}: ${entry.code}`);
    }
  });

  it("is made somewhere", () => {
    const code = SOURCES.map(read).join("\n");
    assert.deepEqual(
      ENTRIES.filter((entry) => !code.includes(`"${entry.code}"`)).map((entry) => entry.code),
      [],
    );
  });

  it("has a case in test/zones that expects it, and each case expects one that there is", () => {
    const expected = new Set(CASES.flatMap(({ expect }) => expect ?? []));
    assert.deepEqual([...expected].sort(), ENTRIES.map(({ code }) => code).sort());
  });

  it("about arguments is the reason why those of its case are refused", () => {
    const cases = CASES.filter((one) => one.arguments !== undefined);
    for (const { file, expect, arguments: raw } of cases) {
      const checked = checkArgs(raw);
      const failures = checked.kind === "refused" ? checked.failures : [];
      assert.deepEqual(
        failures.map(({ reason }) => codeOf(reason)),
        [expect],
        file,
      );
    }
    assert.deepEqual(
      cases.map(({ expect }) => expect).sort(),
      ENTRIES.filter(({ family }) => family === "arguments")
        .map(({ code }) => code)
        .sort(),
    );
  });
});
