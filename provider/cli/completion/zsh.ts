import type { CommandModel, CompletionModel, OptionModel, Values } from "./model";

/** A function of zsh's own completion system (zshcompsys), to be sourced or to lie in $fpath. */
export function zshScript({ program, options, commands }: CompletionModel): string {
  const name = `_${program}`;
  return `#compdef ${program}
# Completion of ${program} for zsh: source <(${program} completion zsh)
${name}() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}" command="" word
  local -a choices
  if [[ $current == --*=* ]]; then
    previous="\${current%%=*}"
    compset -P '*='
  fi
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word == -- ]]; then
      _default
      return
    fi
    [[ $word == -* || -n $command ]] || command=$word
  done
  case "$command $previous" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case $command in
    '')
      if [[ $current == -* ]]; then
        choices=(${described(optionItems(options))})
        _describe -o option choices
      else
        choices=(${described(commands)})
        _describe -t commands command choices
      fi ;;
${commands.map(commandCase).join("\n")}
  esac
}
if [[ \${funcstack[1]} == ${name} ]]; then
  ${name} "$@"
elif (( $+functions[compdef] )); then
  compdef ${name} ${program}
else
  print -u2 '${program}: completion needs compinit: autoload -U compinit && compinit'
fi
`;
}

interface Item {
  readonly name: string;
  readonly description: string;
}

function optionItems(options: readonly OptionModel[]): Item[] {
  return options.flatMap(({ flags, description }) => flags.map((name) => ({ name, description })));
}

/** `name:what it does`, as _describe takes it. */
function described(items: readonly Item[]): string {
  return items.map(({ name, description }) => `'${name}:${description.replaceAll("'", "'\\''")}'`).join(" ");
}

function valueCases({ name, options }: CommandModel): string[] {
  return options.flatMap(({ flags, values, mayStandAlone }) => {
    if (values === undefined || (mayStandAlone && values.kind === "free")) return [];
    const pattern = flags.map((flag) => `'${name} ${flag}'`).join("|");
    return [`    ${pattern}) ${valueAction(values)}; return ;;`];
  });
}

function valueAction(values: Values): string {
  switch (values.kind) {
    case "list":
      return `compadd -- ${values.values.join(" ")}`;
    case "folder":
      return "_files -/";
    case "file":
      return "_files";
    case "free":
      return "true";
  }
}

function commandCase({ name, options, argument }: CommandModel): string {
  const flags = `choices=(${described(optionItems(options))}); _describe -o option choices`;
  if (argument.kind !== "list") return `    '${name}') ${flags} ;;`;
  return `    '${name}')
      if [[ $current == -* ]]; then ${flags}; else ${valueAction(argument)}; fi ;;`;
}
