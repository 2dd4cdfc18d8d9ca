// Who imports whom among the TypeScript files of some folders, types included. Plain text search: no packages needed.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** `import … from "./x"`, `export … from "./x"`, `import "./x"`, `import("./x")` and `require("./x")`. */
const IMPORT = /(?:^(?:import|export)\s[^"';]*?from\s+|^import\s+|\b(?:import|require)\(\s*)"(\.[^"]*)"/gm;
const COMMENT = /^\s*(?:\/\*\*?[\s\S]*?\*\/|\/\/.*)$/gm;

/**
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Map<string, string[]>} by file, what it imports; paths from `root`, with `/`
 */
export function readImports(root, folders) {
  const files = new Set(folders.flatMap((folder) => filesIn(root, folder)));
  const imports = new Map();
  for (const file of [...files].sort()) {
    const text = readFileSync(join(root, file), "utf8").replace(COMMENT, "");
    const found = [...text.matchAll(IMPORT)].map(([, path]) => target(file, path, files));
    imports.set(file, [...new Set(found.filter((path) => path !== undefined))].sort());
  }
  return imports;
}

function filesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(root, path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

function target(file, path, files) {
  const base = posix.join(posix.dirname(file), path).replace(/\.js$/, "");
  return [`${base}.ts`, `${base}/index.ts`].find((candidate) => files.has(candidate));
}

/**
 * Groups of files that import one another in a circle (strongly connected, by Tarjan's algorithm).
 *
 * @param {Map<string, string[]>} imports
 * @returns {string[][]}
 */
export function circlesIn(imports) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const circles = [];
  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || imports.get(file)?.includes(file)) circles.push(group.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
