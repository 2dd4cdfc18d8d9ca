// Which tests of test/engine/ run with which provider of this package: dynamic resources, or the plugin.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const folder = "test/engine";

/**
 * What runs with the plugin for each change, chosen to take six minutes at most: of each subject some files. At night all run.
 * Paths from `test/engine/`; one that ends in a slash is a folder.
 */
const SAMPLE = [
  "plugin/options/",
  "plugin/languages/",
  "story.test.ts",
  "story-required.test.ts",
  "what-a-user-reads.test.ts",
  "what-a-user-reads-restart.test.ts",
  "bad-input.test.ts",
  "secret-input.test.ts",
  "state.test.ts",
  "progress.test.ts",
  "building-blocks.test.ts",
  "email-address.test.ts",
  "ci-scripts.test.ts",
  "hosts/route53.test.ts",
  "sending/building-blocks.test.ts",
  "ownership/replace.test.ts",
  "ownership/replace-taint.test.ts",
  "ownership/replace-killed.test.ts",
  "ownership/destroy-last-user.test.ts",
  "ownership/version-before.test.ts",
];

/** Values of `SESDOMAIN_DOOR`. */
export const PROVIDERS = ["dynamic", "plugin"];

/** Every test file of the engine, from the root. */
export function engineFiles(base = root) {
  return readdirSync(join(base, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".test.ts"))
    .sort();
}

/** Those that run with the plugin for each change. */
export function pluginSample(base = root) {
  const files = engineFiles(base);
  return SAMPLE.flatMap((one) => {
    const path = `${folder}/${one}`;
    const found = files.filter((file) => (one.endsWith("/") ? file.startsWith(path) : file === path));
    if (found.length === 0) throw new Error(`${path} is named in scripts/lib/engine-tests.mjs, and is not there`);
    return found;
  });
}

/** The files with a test for dynamic resources alone, by reason. @returns {Readonly<Record<string, readonly string[]>>} */
export function dynamicOnly(base = root) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const file of engineFiles(base)) {
    const text = readFileSync(join(base, file), "utf8");
    for (const reason of new Set([...text.matchAll(/\bdynamicOnly\("([^"]+)"\)/g)].map(([, reason]) => reason))) {
      found[reason] = [...(found[reason] ?? []), file];
    }
  }
  return found;
}
