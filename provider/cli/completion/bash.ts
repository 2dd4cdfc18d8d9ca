import type { CommandModel, CompletionModel, OptionModel, Values } from "./model";

/** For bash 3.2, which macOS has, and later. */
export function bashScript({ program, options, commands }: CompletionModel): string {
  const name = `_${program}`;
  const names = commands.map((command) => command.name);
  return `# Completion of ${program} for bash: source <(${program} completion bash)
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="" command="" begin="" values="" choice word i
  COMPREPLY=()
  [ "$COMP_CWORD" -gt 0 ] && prev="\${COMP_WORDS[COMP_CWORD-1]}"
  # Where "=" divides words, an option's value is two words after it.
  if [ "$cur" = "=" ]; then
    cur=""
  elif [ "$prev" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then
    prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  # Where it does not, the option is the beginning of the word.
  case "$cur" in
    --*=*) prev="\${cur%%=*}"; begin="$prev="; cur="\${cur#*=}" ;;
  esac
  # Within a profile, a port or a type after a name.
  case "$prev" in
    @|:) return 0 ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "$word" = "--" ]; then
      # Another program's command line.
      compopt -o default 2>/dev/null
      return 0
    fi
    case "$word" in
      -*) ;;
      *) [ -n "$command" ] || command="$word" ;;
    esac
  done
  case "$command $prev" in
${[...commands.flatMap(valueCases)].join("\n")}
  esac
  if [ -z "$values" ]; then
    case "$command" in
      "") values="${names.join(" ")}"
        case "$cur" in -*) values="${flagsOf(options)}" ;; esac ;;
${commands.map(commandCase).join("\n")}
    esac
  fi
  while IFS= read -r choice; do
    [ -n "$choice" ] && COMPREPLY+=("$begin$choice")
  done < <(compgen -W "$values" -- "$cur")
  return 0
}
complete -F ${name} ${program}
`;
}

function flagsOf(options: readonly OptionModel[]): string {
  return options.flatMap(({ flags }) => flags).join(" ");
}

/** An option's value. Where it may be left out, what the command takes is offered too. */
function valueCases({ name, options }: CommandModel): string[] {
  return options.flatMap(({ flags, values, mayStandAlone }) => {
    if (values === undefined || (mayStandAlone && values.kind === "free")) return [];
    const pattern = flags.map((flag) => `"${name} ${flag}"`).join("|");
    return [`    ${pattern}) ${valueAction(values)} ;;`];
  });
}

function valueAction(values: Values): string {
  switch (values.kind) {
    case "list":
      return `values="${values.values.join(" ")}"`;
    case "free":
      return "return 0";
    default: {
      const action = values.kind === "folder" ? "-d" : "-f";
      return `while IFS= read -r choice; do COMPREPLY+=("$begin$choice"); done < <(compgen ${action} -- "$cur")
      compopt -o filenames 2>/dev/null
      return 0`;
    }
  }
}

function commandCase({ name, options, argument }: CommandModel): string {
  const flags = flagsOf(options);
  if (argument.kind !== "list") return `      "${name}") values="${flags}" ;;`;
  return `      "${name}") values="${argument.values.join(" ")}"
        case "$cur" in -*) values="${flags}" ;; esac ;;`;
}
