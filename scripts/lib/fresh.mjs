import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/**
 * Whether a file that was made is newer than all that it was made of.
 *
 * @param {string} made
 * @param {readonly string[]} sources files and folders, from the repository's root
 */
export function isNewer(made, sources) {
  const built = statSync(made, { throwIfNoEntry: false });
  if (!built) return false;
  return Math.max(...sources.map((path) => newestIn(join(root, path)))) <= built.mtimeMs;
}

/** A folder's own time counts too: it moves when a file is removed. */
function newestIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
