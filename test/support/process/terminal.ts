import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const SCRIPT = join(__dirname, "terminal.py");

export interface TerminalRun {
  /** All that came to the terminal, with every control sequence. */
  readonly terminal: string;
  /** What went into pipes. */
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

export interface TerminalSettings {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly stdout?: "terminal" | "pipe";
  readonly stderr?: "terminal" | "pipe";
  /** What is typed, each once the terminal has shown `after`. */
  readonly type?: readonly { readonly after: string; readonly text: string }[];
  /** Ctrl-C, once the terminal has shown this. */
  readonly interruptAfter?: string;
  /** It is killed after this time. */
  readonly seconds?: number;
}

/** Runs a program on a pseudo-terminal (Python's `pty`). */
export async function onTerminal(
  python: string,
  argv: readonly string[],
  settings: TerminalSettings,
): Promise<TerminalRun> {
  const spec = {
    argv,
    env: settings.env,
    columns: settings.columns ?? 80,
    rows: settings.rows ?? 40,
    stdout: settings.stdout ?? "terminal",
    stderr: settings.stderr ?? "terminal",
    type: settings.type ?? [],
    interruptAfter: settings.interruptAfter ?? "",
    seconds: settings.seconds ?? 60,
  };
  const { stdout } = await promisify(execFile)(python, [SCRIPT, JSON.stringify(spec)], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as TerminalRun;
}
