import type { Command, Option } from "commander";
import { SES_REGIONS } from "../../aws/region";
import { CATALOGUE } from "../../diagnosis/catalogue";

/** What may follow an option, or stand as an argument. */
export type Values =
  | { readonly kind: "list"; readonly values: readonly string[] }
  | { readonly kind: "folder" | "file" | "free" };

export interface OptionModel {
  /** `-V`, `--version`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** undefined: it is a switch. */
  readonly values: Values | undefined;
  /** Whether the value may be left out, so that another option may follow. */
  readonly mayStandAlone: boolean;
}

export interface CommandModel {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionModel[];
  /** Of its first argument. */
  readonly argument: Values;
}

export interface CompletionModel {
  readonly program: string;
  readonly options: readonly OptionModel[];
  readonly commands: readonly CommandModel[];
}

/** By the name of the value in the option's usage, so that an option of any command is completed as all others of its kind. */
const BY_NAME: Readonly<Record<string, () => Values>> = {
  region: () => list([...SES_REGIONS]),
  "region[@profile]": () => list([...SES_REGIONS]),
  code: () => list(CATALOGUE.map(({ code }) => code)),
  folder: () => ({ kind: "folder" }),
  file: () => ({ kind: "file" }),
};

/** Everything that can be completed, read from the commands themselves. */
export function readModel(program: Command): CompletionModel {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const names = commands.map((command) => command.name());
  return {
    program: program.name(),
    options: help.visibleOptions(program).map(optionModel),
    commands: commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: help.visibleOptions(command).map(optionModel),
      argument: command.name() === "help" ? list(names) : argumentOf(command),
    })),
  };
}

function argumentOf(command: Command): Values {
  const [first] = command.registeredArguments;
  if (first === undefined) return { kind: "free" };
  return first.argChoices === undefined ? byName(first.name()) : list(first.argChoices);
}

function optionModel(option: Option): OptionModel {
  const name = /[<[](.+)[\]>]$/.exec(option.flags)?.[1]?.replace(/\.\.\.$/, "");
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    values: name === undefined ? undefined : option.argChoices === undefined ? byName(name) : list(option.argChoices),
    // Commander calls `<region[@profile]>` optional too, and takes a value.
    mayStandAlone: option.optional && !option.required,
  };
}

function byName(name: string): Values {
  return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name]?.() ?? { kind: "free" }) : { kind: "free" };
}

function list(values: readonly string[]): Values {
  return { kind: "list", values: values.filter(isPlain) };
}

/** What needs no quotes in any of the shells. */
function isPlain(text: string): boolean {
  return /^[\w.+@/-]+$/.test(text);
}
