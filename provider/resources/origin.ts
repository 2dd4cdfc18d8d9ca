import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { dependencyPath } from "./dependencies";

const NAME = "pulumi-sesdomain";

/** Where Pulumi's process for dynamic resources finds the copy of this package that declared a resource. */
export interface Origin {
  /**
   * Steps from the program's folder to a folder from which this package's name leads to the copy: names of packages, or
   * one folder relative to the program's, with slashes, that begins with a dot. Empty where the program's own will do.
   */
  readonly via: readonly string[];
  /** The range of versions to ask for where it is not found, as in a `package.json`. */
  readonly version: string;
}

interface Copy {
  readonly root: string;
  /** What the entry point `./host` of this copy is; undefined for sources that are not compiled. */
  readonly host: string | undefined;
  readonly version: string;
}

let own: Copy | undefined;
const byNames = new Map<string, readonly string[] | undefined>();

/**
 * Of this copy, for a resource that is being declared now: the program's folder is the working directory. Names are
 * preferred to folders, since they lead to the copy also after an upgrade, in another checkout and on another machine.
 */
export function findOrigin(): Origin {
  own ??= readOwn();
  const { root, host, version } = own;
  const here = process.cwd();
  // Bundled, or from the sources: only the name can lead to a compiled copy.
  if (host === undefined || leadsTo(host, here)) return { via: [], version };
  const names = namesTo(host, here);
  if (names !== undefined) return { via: names, version };
  const folder = [...declarers(root), root].find((one) => leadsTo(host, one));
  const step = folder === undefined ? undefined : stepTo(outermost(folder, host), here);
  return { via: step === undefined ? [] : [step], version };
}

function readOwn(): Copy {
  const compiled = join(__dirname, "..", "pulumi", "dynamic", "dynamic.js");
  for (let at = __dirname; dirname(at) !== at; at = dirname(at)) {
    const file = join(at, "package.json");
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, unknown>>;
    if (name !== NAME) break;
    const host = existsSync(compiled) ? realpathSync(compiled) : undefined;
    return { root: at, host, version: `^${version}` };
  }
  return { root: __dirname, host: undefined, version: "*" };
}

function namesTo(host: string, here: string): readonly string[] | undefined {
  const key = JSON.stringify([host, here]);
  if (!byNames.has(key))
    byNames.set(
      key,
      dependencyPath(here, NAME, (folder) => leadsTo(host, folder)),
    );
  return byNames.get(key);
}

/** Whether this package's name, looked up from a folder, leads to that copy's host. */
function leadsTo(host: string, folder: string): boolean {
  try {
    return realpathSync(createRequire(join(folder, "/")).resolve(`${NAME}/host`)) === host;
  } catch {
    // Not found from there, or a version without that entry point: another copy at best.
    return false;
  }
}

/** The folder of the package that `folder` belongs to, if the name leads to the same copy from there. */
function outermost(folder: string, host: string): string {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return leadsTo(host, at) ? at : folder;
  }
  return folder;
}

/** Folders of the files outside this package that are calling it, the nearest first. */
function declarers(root: string): readonly string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 40;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
    const files = sites.map((site) => site.getFileName() ?? "");
    const paths = files.map((file) => (file.startsWith("file:") ? fileURLToPath(file) : file));
    const outside = paths.filter((path) => isAbsolute(path) && !path.startsWith(root + sep) && existsSync(path));
    return outside.map((path) => dirname(realpathSync(path)));
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}

/** Undefined where there is no relative path, as between two drives. */
function stepTo(folder: string, here: string): string | undefined {
  const path = relative(realpathSync(here), folder);
  return isAbsolute(path) ? undefined : `./${path.replaceAll(sep, "/")}`;
}
