import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShellCommand } from "./stack";

/** A terminal window in which a program runs, as a person sees it. */
export interface Window {
  resize(width: number): void;
  /** What the window shows now: a line a row, without colours. */
  screen(): readonly string[];
  /** The same once it shows what is asked for; looks again until then. */
  screenWith(shows: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  close(): void;
}

const LOOK_MS = 100;
const PATIENCE_MS = 40_000;

/** `tmux`: the program's path. The window stays when the program has ended. */
export function openWindow(tmux: string, shell: ShellCommand, width: number): Window {
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-window-"));
  const call = (...args: readonly string[]) =>
    execFileSync(tmux, ["-u", "-S", join(folder, "socket"), "-f", "/dev/null", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const exports = Object.entries(shell.env)
    .filter(([name, value]) => /^\w+$/.test(name) && value !== undefined && !/^(TERM|TMUX\w*)$/.test(name))
    .map(([name, value]) => `export ${name}=${quoted(value ?? "")}`);
  const line = [shell.command, ...shell.args].map(quoted).join(" ");
  const script = join(folder, "run.sh");
  writeFileSync(script, [...exports, `cd ${quoted(shell.cwd)}`, line, "exec sleep 600"].join("\n"), { mode: 0o600 });
  call("new-session", "-d", "-x", String(width), "-y", "50", `sh ${quoted(script)}`);

  const screen = () => call("capture-pane", "-p").split("\n");
  return {
    screen,
    resize: (to) => void call("resize-window", "-x", String(to)),
    async screenWith(shows) {
      const endMs = performance.now() + PATIENCE_MS;
      for (;;) {
        const lines = screen();
        if (shows(lines)) return lines;
        if (performance.now() > endMs) throw new Error(`the window still shows\n${lines.join("\n").trimEnd()}`);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    close() {
      call("kill-server");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
