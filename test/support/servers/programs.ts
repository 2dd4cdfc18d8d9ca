import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where system daemons live although an ordinary user's PATH leaves it out. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/** The program's path; undefined where this machine has none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...MORE_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Skips the running test or suite where the program is missing; with SESDOMAIN_REQUIRE_ALL=1 that is a failure. */
export function requireProgram(context: Mocha.Context, name: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  if (process.env.SESDOMAIN_REQUIRE_ALL === "1")
    throw new Error(`${name} is not installed, and SESDOMAIN_REQUIRE_ALL=1`);
  console.log(`      skipped: ${name} is not installed here`);
  return context.skip();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absence is the answer.
    return false;
  }
}
