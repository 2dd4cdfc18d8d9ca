import { statSync } from "node:fs";
import { win32 } from "node:path";

export interface StartedAs {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are quoted already. */
  readonly verbatim: boolean;
}

/**
 * How Windows starts a program by its name. It finds only `.exe` and `.com` by itself; a batch file, such as npm puts into
 * `node_modules/.bin`, needs `cmd.exe`, which reads its line by rules of its own.
 */
export function windowsCommand(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isFile: (path: string) => boolean = existsAsFile,
): StartedAs {
  const file = findOnWindows(program, env, isFile);
  if (file === undefined || !/\.(cmd|bat)$/i.test(file)) return { file: file ?? program, args, verbatim: false };
  // npm's own batch files hand their arguments to a second command line.
  const times = /node_modules[\\/]\.bin[\\/][^\\/]+\.cmd$/i.test(file) ? 2 : 1;
  const line = [escapeMeta(win32.normalize(file)), ...args.map((arg) => quoted(arg, times))].join(" ");
  return {
    file: variable(env, "ComSpec") ?? "cmd.exe",
    args: ["/d", "/s", "/c", `"${line}"`],
    verbatim: true,
  };
}

function findOnWindows(program: string, env: NodeJS.ProcessEnv, isFile: (path: string) => boolean): string | undefined {
  const suffixes = (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";").filter((one) => one !== "");
  const named = suffixes.some((suffix) => program.toLowerCase().endsWith(suffix.toLowerCase()));
  const names = [...(named ? [program] : []), ...suffixes.map((suffix) => program + suffix.toLowerCase())];
  const placed = /[\\/:]/.test(program);
  const folders = placed ? [""] : (variable(env, "PATH") ?? "").split(";").filter((one) => one !== "");
  for (const folder of folders) {
    for (const name of names) {
      const path = folder === "" ? name : win32.join(folder.replace(/^"(.*)"$/, "$1"), name);
      if (isFile(path)) return path;
    }
  }
  return undefined;
}

/** The names of Windows's variables are in any case; a copy of the environment no longer knows that. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = Object.keys(env).find((one) => one.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : env[key];
}

/** First as the program splits its line into arguments (CommandLineToArgvW), then as cmd.exe reads the line. */
function quoted(arg: string, times: number): string {
  const whole = `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`;
  let escaped = whole;
  for (let time = 0; time < times; time += 1) escaped = escapeMeta(escaped);
  return escaped;
}

function escapeMeta(text: string): string {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&");
}

function existsAsFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
