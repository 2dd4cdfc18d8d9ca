import { join } from "node:path";
import ts from "typescript";
import { type Block, placeOf, ROOT } from "./markdown";

/** Other packages that pages name, and that this one does not depend on: what is imported from them is of any type. */
const ELSEWHERE = ["@pulumi/aws", "@pulumi/cloudflare"];

/** The block as a module of its own: with the lines that its page leaves out. */
function moduleOf({ text, marks }: Block): string {
  const context = marks.context ?? "…";
  const [before = "", after = ""] = /^ *…$/m.test(context) ? context.split(/^ *…$/m) : [`${context}\n`];
  return `${before}${text}${after}\nexport {};\n`;
}

/** What the compiler says of blocks, by their places; a block that compiles is not in it. */
export function faultsOf(blocks: readonly Block[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map(blocks.map((block, index) => [join(ROOT, `block-${index}.ts`), block]));
  const texts = new Map([...names].map(([name, block]) => [name, moduleOf(block)]));
  texts.set(join(ROOT, "elsewhere.d.ts"), ELSEWHERE.map((name) => `declare module "${name}";`).join("\n"));
  // As in a program of a user, by `strict` alone.
  const program = programOf([...texts.keys()], texts, {
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
    exactOptionalPropertyTypes: false,
  });
  const faults = new Map<string, readonly string[]>();
  for (const [name, block] of names) {
    const said = faultsIn(program, name);
    if (said.length > 0) faults.set(placeOf(block), said);
  }
  return faults;
}

/** A program of these files and all that they import; `texts` stand in for files, or are further ones. */
export function programOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  more: ts.CompilerOptions = {},
): ts.Program {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config,
    { ...ts.sys, readDirectory: () => [] },
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  return ts.createProgram(
    files,
    { ...options, ...more },
    {
      ...host,
      directoryExists: (folder) =>
        [...texts.keys()].some((name) => name.startsWith(`${folder}/`)) || (host.directoryExists?.(folder) ?? true),
      fileExists: (name) => texts.has(name) || host.fileExists(name),
      readFile: (name) => texts.get(name) ?? host.readFile(name),
      getSourceFile(name, version, ...rest) {
        const text = texts.get(name);
        return text === undefined
          ? host.getSourceFile(name, version, ...rest)
          : ts.createSourceFile(name, text, version);
      },
    },
  );
}

export function faultsIn(program: ts.Program, file: string): readonly string[] {
  const source = program.getSourceFile(file);
  if (source === undefined) return ["is no part of the program"];
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
