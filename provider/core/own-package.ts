import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const Manifest = z.object({ name: z.string(), version: z.string(), homepage: z.string().optional() });
const NAME = "pulumi-sesdomain";

/** What this package says of itself in its `package.json`. */
export interface OwnPackage {
  /** Where `package.json` lies, and `docs/` with it. */
  readonly folder: string;
  readonly version: string;
  readonly homepage: string | undefined;
}

/**
 * The nearest `package.json` above this file, which lies deeper once it is compiled. Undefined where that is another
 * package's: the plugin's archive has none, and may lie below any folder.
 */
export function ownPackage(): OwnPackage | undefined {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) return read(file, folder);
    if (dirname(folder) === folder) return undefined;
  }
}

function read(file: string, folder: string): OwnPackage | undefined {
  const manifest = Manifest.safeParse(jsonOf(file));
  if (!manifest.success || manifest.data.name !== NAME) return undefined;
  const { version, homepage } = manifest.data;
  return { folder, version, homepage };
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
