import type { Command } from "commander";
import { bashScript } from "./bash";
import { fishScript } from "./fish";
import { type CompletionModel, readModel } from "./model";
import type { Shell } from "./shells";
import { zshScript } from "./zsh";

const SCRIPTS: Readonly<Record<Shell, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The script of a shell that completes all that the program takes. */
export function completionScript(program: Command, shell: Shell): string {
  return SCRIPTS[shell](readModel(program));
}
