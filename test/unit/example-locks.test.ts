import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const NEEDS = ["dependencies", "peerDependencies", "peerDependenciesMeta", "engines"] as const;
type Manifest = Readonly<Record<string, unknown>>;

/** `npm install` in an example takes what this package needs from the lock file. */
describe("the lock file of an example", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  const needs = (manifest: Manifest) => NEEDS.map((key) => manifest[key]);

  for (const example of ["aws-record", "cloudflare-record"]) {
    it(`knows what this package needs: ${example} (else: rm package-lock.json && npm install --package-lock-only --ignore-scripts)`, () => {
      const { packages } = read(`examples/${example}/package-lock.json`) as {
        readonly packages: Record<string, Manifest>;
      };
      assert.deepEqual(needs(packages["node_modules/pulumi-sesdomain"] ?? {}), needs(read("package.json")));
    });
  }
});
