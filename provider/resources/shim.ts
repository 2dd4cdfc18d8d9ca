/**
 * What the state holds instead of provider code: one line, the same in every version of this package, that Pulumi's
 * process for dynamic resources evaluates. The package is looked up from the program's folder, since the line itself is
 * loaded from none.
 */
export function shim(handler: string): string {
  return `exports.handler = () => require("module").createRequire(process.cwd() + "/")("pulumi-sesdomain/host").${handler};`;
}
