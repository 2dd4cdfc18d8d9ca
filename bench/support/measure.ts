import { readdirSync, readFileSync } from "node:fs";
import type { EngineRun, EngineStack } from "../../test/support/engine/stack";

const SAMPLE_MS = 100;
/** Looking through all processes takes longer than looking at one: it is done once in so many samples. */
const SAMPLES_A_SEARCH = 5;

export interface Measured {
  readonly run: EngineRun;
  readonly ms: number;
  /** The highest resident memory of the provider's process; undefined where there is no /proc. */
  readonly rssMb: number | undefined;
  /** User and system time of the provider's processes, but for their last tenth of a second; undefined where there is no /proc. */
  readonly cpuMs: number | undefined;
}

/** One preview, from its start to its end as a user waits for it. */
export async function measurePreview(stack: EngineStack): Promise<Measured> {
  const startedMs = performance.now();
  const running = await stack.spawn("preview");
  /** A plugin may have several processes: the engine opens one more for a provider whose configuration changed. */
  const providers = new Map<number, { readonly peakKb: number; readonly cpuMs: number }>();
  let pids: readonly number[] = [];
  let samples = 0;
  const timer = setInterval(() => {
    if (samples % SAMPLES_A_SEARCH === 0) pids = providersOf(running.pid);
    samples += 1;
    for (const pid of pids) {
      const [peakKb, cpuMs] = [peakOf(pid), cpuOf(pid)];
      if (peakKb !== undefined && cpuMs !== undefined) providers.set(pid, { peakKb, cpuMs });
    }
  }, SAMPLE_MS);
  try {
    const run = await running.done;
    const ms = performance.now() - startedMs;
    const all = [...providers.values()];
    if (all.length === 0) return { run, ms, rssMb: undefined, cpuMs: undefined };
    const cpuMs = all.reduce((sum, one) => sum + one.cpuMs, 0);
    return { run, ms, rssMb: Math.max(...all.map(({ peakKb }) => peakKb)) / 1_024, cpuMs };
  } finally {
    clearInterval(timer);
  }
}

/** Programs that serve resources: Pulumi's for dynamic ones, this package's plugin, and the one that does nothing. */
const PROVIDER = /\bdynamic-provider\b|\bplugin[\\/]main\.js$|\bbare-plugin\.cjs$/;

/** The engine leads a session, and what it starts stays in it. */
function providersOf(session: number): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (Number(statOf(pid)?.[SESSION]) !== session) return false;
      const [program, ...args] = text(`/proc/${pid}/cmdline`)?.split("\0") ?? [];
      return program?.endsWith("node") === true && args.some((one) => PROVIDER.test(one));
    });
}

/** Fields of /proc/PID/stat that follow the name of the program (proc(5)): those numbered 6, 14 and 15 there. */
const [SESSION, USER_TICKS, SYSTEM_TICKS] = [3, 11, 12] as const;
/** Linux tells times in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

function statOf(pid: number): readonly string[] | undefined {
  const stat = text(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function cpuOf(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat && (Number(stat[USER_TICKS]) + Number(stat[SYSTEM_TICKS])) * TICK_MS;
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
