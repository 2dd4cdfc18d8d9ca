import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package's schema, as GetSchema answers it. */
export function readSchema(): string {
  return readFileSync(join(__dirname, "schema.json"), "utf8");
}

export function readVersion(): string {
  return "0.1.0";
}
