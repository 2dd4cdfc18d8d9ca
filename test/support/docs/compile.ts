import { join } from "node:path";
import ts from "typescript";
import { type Block, placeOf, ROOT } from "./markdown";

/** Other packages that pages speak of, and that this one does not depend on: what is imported from them is of any type. */
const ELSEWHERE = ["@pulumi/aws", "@pulumi/cloudflare"];

/** The block as a module of its own: with the lines that its page leaves out. */
export function moduleOf({ text, marks }: Block): string {
  const context = marks.context ?? "…";
  const [before = "", after = ""] = /^ *…$/m.test(context) ? context.split(/^ *…$/m) : [`${context}\n`];
  return `${before}${text}${after}\nexport {};\n`;
}

/** What the compiler says of blocks, by their places; a block that compiles is not in it. */
export function faultsOf(blocks: readonly Block[]): ReadonlyMap<string, readonly string[]> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config,
    { ...ts.sys, readDirectory: () => [] },
    ROOT,
  );
  const names = new Map(blocks.map((block, index) => [join(ROOT, `block-${index}.ts`), block]));
  const texts = new Map([...names].map(([name, block]) => [name, moduleOf(block)]));
  const ambient = join(ROOT, "elsewhere.d.ts");
  texts.set(ambient, ELSEWHERE.map((name) => `declare module "${name}";`).join("\n"));

  // As in a program of a user, by `strict` alone.
  const relaxed = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
    exactOptionalPropertyTypes: false,
  };
  const host = ts.createCompilerHost(relaxed);
  const virtual: ts.CompilerHost = {
    ...host,
    fileExists: (name) => texts.has(name) || host.fileExists(name),
    readFile: (name) => texts.get(name) ?? host.readFile(name),
    getSourceFile(name, version, ...rest) {
      const text = texts.get(name);
      return text === undefined ? host.getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
    },
  };
  const program = ts.createProgram([...texts.keys()], relaxed, virtual);
  const faults = new Map<string, string[]>();
  for (const [name, block] of names) {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const said = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
    if (said.length > 0) faults.set(placeOf(block), said);
  }
  return faults;
}
