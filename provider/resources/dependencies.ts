import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Far more than the dependencies of a program; it only bounds the time. */
const MOST_PACKAGES = 3_000;

type Manifest = Readonly<Record<string, unknown>>;

/**
 * The shortest chain of dependencies, by name, from the packages around `from` to one that depends on `wanted` and whose
 * folder `suits`. Undefined where there is none, or where packages are not installed as folders.
 */
export function dependencyPath(
  from: string,
  wanted: string,
  suits: (folder: string) => boolean,
): readonly string[] | undefined {
  const seen = new Set<string>();
  let level = [
    { at: from, names: parents(from).flatMap((folder) => dependencies(manifestIn(folder), true)), path: [] },
  ] as {
    readonly at: string;
    readonly names: readonly string[];
    readonly path: readonly string[];
  }[];
  while (level.length > 0 && seen.size < MOST_PACKAGES) {
    const next: typeof level = [];
    for (const { at, names, path } of level) {
      for (const name of names) {
        const folder = locate(at, name);
        if (folder === undefined || seen.has(folder)) continue;
        seen.add(folder);
        const manifest = manifestIn(folder);
        const steps = [...path, name];
        if (dependencies(manifest, true).includes(wanted) && suits(folder)) return steps;
        next.push({ at: folder, names: dependencies(manifest, false), path: steps });
      }
    }
    level = next;
  }
  return undefined;
}

/** Where Node looks for a package by its name, whatever its entry points are. */
function locate(from: string, name: string): string | undefined {
  const folders = createRequire(join(from, "/")).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  return found === undefined ? undefined : realpathSync(found);
}

function dependencies(manifest: Manifest, development: boolean): string[] {
  const lists = [
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    ...(development ? ["devDependencies"] : []),
  ];
  return lists.flatMap((list) => Object.keys((manifest[list] as Manifest | undefined) ?? {}));
}

function manifestIn(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    // None, or broken: then it names no dependencies.
    return {};
  }
}

function parents(folder: string): string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...parents(dirname(folder))];
}
