import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One run of the `pulumi` program: what it said, and how it ended. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** null where a signal ended it. */
  readonly exitCode: number | null;
}

/** Who gets a signal: the program, what it has started that has started nothing itself, or both with everything between. */
export type Target = "leader" | "plugins" | "all";

/** A program that leads a session of its own, so that everything it starts can be found again. */
export interface Leader {
  readonly pid: number;
  /** Standard output and error so far, as they came. */
  output(): string;
  /** SIGKILL to the program and to everything it has started, also where that is in another process group. */
  kill(): void;
  /** Another signal, or to only some. Who is gone does not get it. */
  signal(name: NodeJS.Signals, target: Target): void;
  /** The command lines of what it has started and what still runs. Linux only: elsewhere none are found once the program is gone. */
  left(): readonly string[];
  readonly ended: Promise<Ran>;
}

const alive = new Set<Leader>();
process.once("exit", () => {
  for (const leader of alive) leader.kill();
});

export interface LeadOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  onStdout?(text: string): void;
  onStderr?(text: string): void;
}

/** Starts a program. It rejects `ended` only where it could not be started. */
export function lead(command: string, args: readonly string[], options: LeadOptions): Leader {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let stdout = "";
  let stderr = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
    options.onStdout?.(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    output += text;
    options.onStderr?.(text);
  });
  const pid = child.pid ?? 0;
  const leader: Leader = {
    pid,
    output: () => output,
    kill() {
      if (pid !== 0) killAll(pid);
    },
    signal(name, target) {
      if (pid === 0) return;
      const started = target === "leader" ? [] : startedBy(pid);
      const parents = new Set(started.map(({ parent }) => parent));
      if (target !== "plugins") signal(pid, name);
      for (const one of started) if (target === "all" || !parents.has(one.pid)) signal(one.pid, name);
    },
    left: () => (pid === 0 ? [] : startedBy(pid).map((one) => commandOf(one.pid))),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) => {
        alive.delete(leader);
        resolve({ stdout, stderr, exitCode });
      });
    }),
  };
  alive.add(leader);
  return leader;
}

interface Started {
  readonly pid: number;
  readonly parent: number;
}

function killAll(pid: number): void {
  if (process.platform === "win32") {
    execFileSync("taskkill", ["/T", "/F", "/PID", String(pid)], { stdio: "ignore" });
    return;
  }
  // Stopped first, it starts nothing more and keeps its children; twice, for what those were just starting.
  signal(pid, "SIGSTOP");
  for (let round = 0; round < 2; round += 1) {
    for (const other of startedBy(pid)) signal(other.pid, "SIGKILL");
  }
  signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * The engine puts each plugin into a process group of its own, so the group is not enough: on Linux the session is
 * asked for, which a new group does not leave; elsewhere the tree of parents.
 */
function startedBy(leader: number): readonly Started[] {
  return process.platform === "linux" ? session(leader) : descendants(leader);
}

function session(leader: number): readonly Started[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== leader && pid !== process.pid)
    .flatMap((pid) => {
      const seen = statOf(pid);
      return seen?.session === leader ? [{ pid, parent: seen.parent }] : [];
    });
}

/** Undefined where it has ended, also where its parent has not asked for its exit code yet. */
function statOf(pid: number): { readonly parent: number; readonly session: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the program's name in parentheses: state, parent, group, session (proc(5)).
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : { parent: Number(parent), session: Number(session) };
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
  } catch {
    return `process ${pid}`;
  }
}

function descendants(root: number): readonly Started[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found: Started[] = [{ pid: root, parent: 0 }];
  for (const { pid: parent } of found) {
    for (const [pid, ppid] of rows) if (pid !== undefined && ppid === parent) found.push({ pid, parent });
  }
  return found.slice(1);
}
