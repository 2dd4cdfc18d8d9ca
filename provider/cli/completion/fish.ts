import type { CommandModel, CompletionModel, OptionModel, Values } from "./model";

/** Lines of fish's own `complete`. */
export function fishScript({ program, options, commands }: CompletionModel): string {
  const names = commands.map(({ name }) => name).join(" ");
  const before = `not __fish_seen_subcommand_from ${names}`;
  const lines = [
    `# Completion of ${program} for fish: ${program} completion fish | source`,
    `complete -c ${program} -e`,
    `complete -c ${program} -f`,
    ...commands.map(
      ({ name, description }) =>
        `complete -c ${program} -n ${quoted(before)} -a ${quoted(name)} -d ${quoted(description)}`,
    ),
    ...options.map((option) => optionLine(program, before, option)),
    ...commands.flatMap((command) => commandLines(program, command)),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(program: string, { name, options, argument }: CommandModel): string[] {
  const within = `__fish_seen_subcommand_from ${name}`;
  const own = argument.kind === "list" ? [`complete -c ${program} -n ${quoted(within)} ${valueFlags(argument)}`] : [];
  return [...own, ...options.map((option) => optionLine(program, within, option))];
}

function optionLine(program: string, condition: string, { flags, description, values, mayStandAlone }: OptionModel) {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes = values === undefined || mayStandAlone ? [] : [valueFlags(values)];
  return ["complete", "-c", program, "-n", quoted(condition), ...names, "-d", quoted(description), ...takes].join(" ");
}

function valueFlags(values: Values): string {
  switch (values.kind) {
    case "list":
      return `-x -a ${quoted(values.values.join(" "))}`;
    case "folder":
      return "-x -a '(__fish_complete_directories)'";
    case "file":
      return "-r -F";
    case "free":
      return "-x";
  }
}

/** fish knows two escapes within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
