import { readdirSync, readFileSync } from "node:fs";
import type { EngineRun, EngineStack } from "../../test/support/engine/stack";

const SAMPLE_MS = 100;

export interface Measured {
  readonly run: EngineRun;
  readonly ms: number;
  /** The highest resident memory of the process that serves dynamic resources; undefined where there is no /proc. */
  readonly rssMb: number | undefined;
}

/** One preview, from its start to its end as a user waits for it. */
export async function measurePreview(stack: EngineStack): Promise<Measured> {
  const startedMs = performance.now();
  const running = await stack.spawn("preview");
  let provider: number | undefined;
  let peakKb: number | undefined;
  const timer = setInterval(() => {
    provider ??= providerOf(running.pid);
    if (provider !== undefined) peakKb = peakOf(provider) ?? peakKb;
  }, SAMPLE_MS);
  try {
    const run = await running.done;
    return { run, ms: performance.now() - startedMs, rssMb: peakKb && peakKb / 1_024 };
  } finally {
    clearInterval(timer);
  }
}

/** The engine leads a session, and what it starts stays in it. */
function providerOf(session: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      const stat = text(`/proc/${pid}/stat`);
      if (stat === undefined || Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]) !== session) return false;
      const [program, script] = text(`/proc/${pid}/cmdline`)?.split("\0") ?? [];
      return program?.endsWith("node") === true && script?.includes("dynamic-provider") === true;
    });
}

function peakOf(pid: number): number | undefined {
  const kb = /^VmHWM:\s+(\d+) kB/m.exec(text(`/proc/${pid}/status`) ?? "")?.[1];
  return kb === undefined ? undefined : Number(kb);
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // the process has ended
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** An option such as `10,100`. */
export function numbers(list: string | undefined): readonly number[] | undefined {
  return list?.split(",").map(Number);
}
