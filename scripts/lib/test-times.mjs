import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const pattern = "/**/*.test.ts";
/** Seconds that each of the slower files takes, as CI printed them. */
const timesFile = join("test", "times.json");
const shownAtMost = 5;
/** No file may take longer: it would end a run alone. */
const longestSeconds = 60;

/**
 * The files that a pattern stands for, or several files, the longest first: of files that run at once the last one must be a
 * short one. Another pattern than `FOLDER/**\/*.test.ts` is returned as it is.
 *
 * @param {string | readonly string[]} spec @param {string} root @returns {readonly string[]}
 */
export function longestFirst(spec, root) {
  if (typeof spec !== "string") return sorted(spec, root);
  if (!spec.endsWith(pattern)) return [spec];
  const folder = spec.slice(0, -pattern.length);
  if (folder.includes("*") || !existsSync(join(root, folder))) return [spec];
  const files = readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".test.ts"));
  return files.length === 0 ? [spec] : sorted(files, root);
}

/** @param {readonly string[]} files @param {string} root @returns {readonly string[]} */
function sorted(files, root) {
  const times = knownTimes(root);
  const size = (name) => statSync(join(root, name)).size;
  return [...files].sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0) || size(b) - size(a));
}

/** @returns {Readonly<Record<string, number>>} */
function knownTimes(root) {
  const file = join(root, timesFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/**
 * Where the time went: the slowest files, and every one that takes longer than a file may.
 *
 * @param {Readonly<Record<string, number>>} files milliseconds by file, from the root
 * @returns {readonly string[]}
 */
export function slowestLines(files) {
  const sorted = Object.entries(files).sort(([, a], [, b]) => b - a);
  return sorted
    .filter(([, ms], at) => (at < shownAtMost && ms >= 1_000) || ms > longestSeconds * 1_000)
    .map(([file, ms]) => {
      const seconds = `${(ms / 1_000).toFixed(1)} s`.padStart(8);
      return `${seconds}  ${file}${ms > longestSeconds * 1_000 ? `  TOO LONG: more than ${longestSeconds} s` : ""}`;
    });
}
