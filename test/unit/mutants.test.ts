import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Mutant {
  readonly id: string;
  readonly file: string;
}

interface Lists {
  readMutants(root: string): Promise<readonly Mutant[]>;
  faultsOf(root: string, mutant: Mutant, all: readonly Mutant[]): readonly string[];
}

const root = join(__dirname, "..", "..");
const lists: Promise<Lists> = import(pathToFileURL(join(root, "scripts", "lib", "mutants.mjs")).href);

/** `npm run mutants` takes its time, at night: that its list fits the sources is seen here. */
describe("the list of mutants", () => {
  it("fits the sources and the tests as they are", async () => {
    const { readMutants, faultsOf } = await lists;
    const all = await readMutants(root);
    assert.deepEqual(
      all.flatMap((mutant) => faultsOf(root, mutant, all)),
      [],
    );
  });

  it("has some of every part that decides something", async () => {
    const { readMutants } = await lists;
    const all = await readMutants(root);
    assert.ok(all.length >= 60, `${all.length}`);
    for (const part of ["lifecycle", "dns", "authority", "ses"]) {
      const own = all.filter(({ file }) => file.startsWith(`provider/${part}/`));
      assert.ok(own.length >= 10, `${part}: ${own.length}`);
    }
  });
});
