// A TypeScript module of this repository, for a script.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tsImport } from "tsx/esm/api";
import { root } from "./paths.mjs";

/** @param {string} path from the repository's root */
export async function loadSource(path) {
  const loaded = await tsImport(pathToFileURL(join(root, path)).href, import.meta.url);
  return loaded.default ?? loaded;
}
