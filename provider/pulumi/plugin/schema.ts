import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The schema of the Pulumi package as JSON, as GetSchema answers it. `npm run docs` writes the file, with the version of
 * package.json. The build and the archive have it next to this program.
 */
export function readSchema(): string {
  return readFileSync(join(__dirname, "schema.json"), "utf8");
}

/** The version in the schema. */
export function readVersion(): string {
  const schema: unknown = JSON.parse(readSchema());
  const version = typeof schema === "object" && schema !== null && "version" in schema ? schema.version : undefined;
  if (typeof version !== "string") throw new TypeError("schema.json has no version");
  return version;
}
