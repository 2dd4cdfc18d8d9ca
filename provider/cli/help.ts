import type { Command, Help, Option } from "commander";
import { ownPackage } from "../core/own-package";
import { nearest } from "../core/suggest";
import { printable } from "../core/text";
import { wrapped } from "../core/words";

/** All that goes wrong in how the command was called, or could start. */
export const USAGE_EXIT_CODE = 2;

/** What a page has; on wider screens lines that long are read with less effort, too. */
const COLUMNS = 80;

/** What all commands have in common. Before any is added: they take it over from the program. */
export function setManners(program: Command): Command {
  return (
    program
      .version(ownPackage()?.version ?? "unknown", "-V, --version", "print the version")
      .helpOption("-h, --help", "print this help")
      // Commander quotes what it does not understand.
      .configureOutput({
        writeOut: (text) => void process.stdout.write(printable(text)),
        writeErr: (text) => void process.stderr.write(printable(text)),
        outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}\n`),
        getOutHelpWidth: () => columnsOf(process.stdout),
        getErrHelpWidth: () => columnsOf(process.stderr),
      })
      .configureHelp({ optionDescription })
      .showSuggestionAfterError(true)
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT_CODE))
  );
}

/** Adds `sesdomain help`: Commander's own says nothing of a command that does not exist. */
export function addHelp(program: Command): void {
  program
    .command("help")
    .description("print the help of a command")
    .argument("[command]", "the command")
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command !== undefined) command.outputHelp();
      else program.error(`error: unknown command '${name}'${meantCommand(program, name)}`);
    });
}

function meantCommand(program: Command, name = ""): string {
  const near = nearest(
    name,
    program.commands.map((one) => one.name()),
  );
  return near === undefined ? "" : ` (Did you mean ${near}?)`;
}

function columnsOf({ isTTY, columns }: NodeJS.WriteStream): number {
  return isTTY && columns > 0 ? Math.min(columns, COLUMNS) : COLUMNS;
}

/** As Commander's, without a default that says nothing: of an option that may be repeated, none. */
function optionDescription(this: Help, option: Option): string {
  const values = option.argChoices === undefined ? [] : [`one of: ${option.argChoices.join(", ")}`];
  const { defaultValue, defaultValueDescription } = option;
  const empty = defaultValue === undefined || typeof defaultValue === "boolean" || emptyList(defaultValue);
  const said = defaultValueDescription ?? (empty ? undefined : String(defaultValue));
  const more = [...values, ...(said === undefined ? [] : [`default: ${said}`])];
  return more.length === 0 ? option.description : `${option.description} (${more.join("; ")})`;
}

function emptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A command line, and what it does. */
export type Example = readonly [line: string, meaning: string];

/** Examples below a command's help. The lines are as a user types them where the package is installed in a project. */
export function addExamples(command: Command, examples: readonly Example[]): void {
  command.addHelpText("after", ({ error }) => {
    const width = columnsOf(error ? process.stderr : process.stdout);
    const lines = examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${wrapped(meaning, width, "      ")}`]);
    return `\nExamples:\n${lines.join("\n")}`;
  });
}
