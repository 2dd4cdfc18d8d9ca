// The benches' results that docs/performance.md shows, as they were measured: bench/recorded/NAME.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The benches whose results the page shows. */
export const RECORDED = ["preview", "startup", "fresh", "create", "detect", "doctor"];

/** @typedef {Readonly<Record<string, unknown>>} Row a row of a bench (docs/benchmarks.md) */

/**
 * The rows of each bench. None where nothing is recorded. A bench without rows (`doctor`) is one row.
 *
 * @returns {Readonly<Record<string, readonly Row[]>>}
 */
export function readRecorded(folder = join(root, "bench", "recorded")) {
  return Object.fromEntries(RECORDED.map((name) => [name, rowsOf(join(folder, `${name}.json`))]));
}

function rowsOf(path) {
  if (!existsSync(path)) return [];
  const result = JSON.parse(readFileSync(path, "utf8"));
  return result.rows ?? [result];
}
