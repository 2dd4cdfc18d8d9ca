import { Argument, type Command } from "commander";
import { addExamples } from "../help";
import { SHELLS, type Shell } from "./shells";

/** Adds `sesdomain completion`. */
export function addCompletion(program: Command): void {
  const command = program
    .command("completion")
    .description("print a script that completes commands, options and their values in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completionScript } = await import("./script.js");
      process.stdout.write(completionScript(program, shell));
    });
  addExamples(command, [
    ["source <(sesdomain completion bash)", "In ~/.bashrc."],
    ["source <(sesdomain completion zsh)", "In ~/.zshrc, after compinit."],
    ["sesdomain completion fish | source", "In ~/.config/fish/config.fish."],
  ]);
}
