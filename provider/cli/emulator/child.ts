import { spawn } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";
import { printable } from "../../core/text";
import { windowsCommand } from "./windows-command";

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type PassedOn = (typeof PASSED_ON)[number];

/** What a shell ends with where a program could not be started. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface Child {
  /** Resolves with the exit code when the program has ended: 128 and the signal's number where a signal ended it. */
  run(env: NodeJS.ProcessEnv): Promise<number>;
  /** Signals are this process's own again. */
  close(): void;
}

/** A program that takes this process's input and output, and the signals that come from now on. */
export function openChild(words: readonly string[]): Child {
  const [program = "", ...args] = words;
  // A terminal sends Ctrl-C to the whole process group. Without one, the program gets a group of its own, so that each
  // signal comes to it once, from here, whether it was sent to this process or to its group.
  const shared = [0, 1, 2].some((stream) => isatty(stream));
  const windows = process.platform === "win32";
  let early: PassedOn | undefined;
  let pass = (signal: PassedOn): void => {
    early ??= signal;
  };
  const listeners = PASSED_ON.map((signal) => [signal, () => pass(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);

  return {
    run: (env) =>
      new Promise((resolve) => {
        if (early !== undefined) {
          resolve(codeOf(early));
          return;
        }
        if (program === "") {
          resolve(notStarted(program, { code: "ENOENT", message: "" }));
          return;
        }
        const started = windows ? windowsCommand(program, args, env) : { file: program, args, verbatim: false };
        const child = spawn(started.file, started.args, {
          stdio: "inherit",
          env,
          detached: !shared && !windows,
          windowsVerbatimArguments: started.verbatim,
        });
        pass = (signal) => {
          if (signal === "SIGINT" && (shared || windows)) return;
          child.kill(signal);
        };
        child.once("error", (error: NodeJS.ErrnoException) => resolve(notStarted(program, error)));
        child.once("exit", (code, signal) => resolve(code ?? codeOf(signal)));
      }),
    close() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}

function codeOf(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

function notStarted(program: string, error: Pick<NodeJS.ErrnoException, "code" | "message">): number {
  const name = printable(program);
  if (error.code === "ENOENT") {
    console.error(`sesdomain: The command "${name}" was not found.`);
    return NOT_FOUND;
  }
  console.error(`sesdomain: The command "${name}" could not be started: ${printable(error.message)}`);
  return NOT_EXECUTABLE;
}
