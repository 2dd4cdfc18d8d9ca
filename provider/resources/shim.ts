import { findOrigin, type Origin } from "./origin";

/**
 * What the state holds instead of provider code: a few lines that Pulumi's process for dynamic resources evaluates. They
 * look for this package as `origin` says, from the program's folder, then by its plain name from there; where it is not
 * found, every operation fails with one sentence. A state keeps the lines it was made with until its resource is updated,
 * so `pulumi-sesdomain/host` has to stay an entry point, and lines of older versions run against newer ones.
 */
export function shim(handler: string, { via, version }: Origin = findOrigin()): string {
  const of = [via, handler, version].map((part) => JSON.stringify(part)).join(", ");
  return `exports.handler = () => { ${LOOK_UP} return open(${of}); };`;
}

/**
 * Plain JavaScript for Node 20, loaded from no file: it has `require`, and nothing else. A step is a name, looked up as
 * Node does from where the step before led, or a folder, which begins with a dot. The program's folder is the process's,
 * but not where an inline program runs in another one: then that may be one of its parents. Each resource has it twice in
 * the state, so it is short.
 */
const LOOK_UP = `
  const { createRequire: from } = require("module"), { dirname, join, resolve } = require("path"), fs = require("fs");
  const is = (path) => fs.existsSync(path), up = (at) => (dirname(at) === at ? [at] : [at, ...up(dirname(at))]);
  const step = (at, to) => fs.realpathSync(to[0] === "." ? resolve(at, to)
    : from(at + "/").resolve.paths(to).map((one) => join(one, to)).find(is));
  const find = (at, via) => { try { return from(via.reduce(step, at) + "/").resolve("pulumi-sesdomain/host"); } catch {} };
  const open = (via, handler, version) => {
    const here = process.cwd(), all = up(here), host = (via[0] && all.map((at) => find(at, via)).find(Boolean)) || find(here, []);
    if (host) return require(host)[handler];
    const file = all.map((at) => join(at, "package.json")), own = file.find(is) || file[0];
    const why = \`pulumi-sesdomain was not found from \${here}: add "pulumi-sesdomain": "\${version}" to "dependencies" in \${own} and install.\`;
    const fail = () => Promise.reject(Object.assign(new Error(why), { stack: why, toString: () => "error" }));
    const check = async (_, inputs) => ({ inputs, failures: [{ property: "", reason: why }] });
    return { check, diff: fail, create: fail, update: fail, read: fail, delete: fail };
  };`
  .trim()
  .replace(/\s+/g, " ");
