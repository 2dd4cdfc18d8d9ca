import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

const NAME = "pulumi-sesdomain";
const resources = join(__dirname, "..", "..", "..", "provider", "resources");

/** What the lines in the state led to: which copy of the package, or why none. */
type Led = { readonly copy: string } | { readonly reason: string; readonly diagnostic: string };

/** Folders of a project as a package manager leaves them, with copies of this package that say which they are. */
export interface Layout {
  readonly root: string;
  /** A package's folder; its `index.js` is `code`. */
  add(path: string, manifest: Readonly<Record<string, unknown>>, code?: string): void;
  /** A copy of this package: its `shim()` is the real one, its host says `version`. */
  addCopy(path: string, version: string): void;
  write(path: string, text: string): void;
  link(path: string, to: string): void;
  remove(path: string): void;
  /** What a program in `folder`, whose code is `code`, declares. */
  declare(folder: string, code: string): string;
  /** Evaluates declared lines as Pulumi's process for dynamic resources does. */
  follow(lines: string, folder: string): Led;
  close(): void;
}

export function openLayout(): Layout {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "sesdomain-layout-")));
  const at = (path: string) => join(root, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const add: Layout["add"] = (path, manifest, code = "") => {
    write(join(path, "package.json"), JSON.stringify(manifest));
    write(join(path, "index.js"), code);
  };
  return {
    root,
    add,
    write,
    addCopy(path, version) {
      const entry = "dist/provider/resources/shim.js";
      add(path, {
        name: NAME,
        version,
        exports: { ".": `./${entry}`, "./host": "./dist/provider/pulumi/dynamic/dynamic.js" },
      });
      for (const file of ["shim", "origin", "dependencies"]) {
        const source = readFileSync(join(resources, `${file}.ts`), "utf8");
        const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
        write(
          join(path, `dist/provider/resources/${file}.js`),
          transpileModule(source, { compilerOptions: options }).outputText,
        );
      }
      write(
        join(path, "dist/provider/pulumi/dynamic/dynamic.js"),
        `exports.verifiedDomain = { copy: ${JSON.stringify(version)} };`,
      );
    },
    link(path, to) {
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync(at(to), at(path), "junction");
    },
    remove: (path) => rmSync(at(path), { recursive: true }),
    declare(folder, code) {
      if (!existsSync(at(join(folder, "package.json")))) add(folder, { name: "program", private: true });
      write(join(folder, "program.js"), `process.stdout.write(${code});`);
      return run(at(folder), [join(at(folder), "program.js")]);
    },
    follow(lines, folder) {
      const script = `
        const m = new module.constructor(""); m._compile(process.env.LINES, "");
        const handler = m.exports.handler();
        const say = (value) => process.stdout.write(JSON.stringify(value));
        if (handler.copy) say({ copy: handler.copy });
        else Promise.all([handler.check({}, { a: 1 }), handler.delete("id", {}).catch((e) => e)]).then(([{ inputs, failures }, e]) =>
          say({ reason: failures[0].reason, diagnostic: \`\${e}: \${e.stack}\` }));`;
      return JSON.parse(run(at(folder), ["-e", script], { LINES: lines })) as Led;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
    env: { PATH: process.env.PATH, ...env },
  });
}
