import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const Manifest = z.object({ version: z.string(), homepage: z.string().optional() });

/** What this package says of itself in its `package.json`. */
export interface OwnPackage {
  /** Where `package.json` lies, and `docs/` with it. */
  readonly folder: string;
  readonly version: string;
  readonly homepage: string | undefined;
}

/** The nearest `package.json` above this file, which lies deeper once it is compiled. */
export function ownPackage(): OwnPackage {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const { version, homepage } = Manifest.parse(JSON.parse(readFileSync(file, "utf8")));
      return { folder, version, homepage };
    }
    if (dirname(folder) === folder) throw new Error(`no package.json above ${__dirname}`);
  }
}
