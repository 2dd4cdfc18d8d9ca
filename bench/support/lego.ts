import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { fqdn } from "../../provider/core/fqdn";
import { findProgram } from "../../test/support/servers/programs";
import { say } from "./measure";
import { openMergeEmulator, seedAt, valuesAt } from "./merge-hosts";

export const LEGO = "lego v5.4.1 route53 (read, merge, UPSERT)";

interface Load {
  readonly writers: number;
  readonly processes: number;
  readonly foreign: readonly string[];
  readonly ttl: number;
}

export interface LegoResult {
  /** Values that lego says are published, and that are not there. */
  readonly lost: number;
  readonly foreignLost: number;
  /** Values that lego says it could not publish. */
  readonly refused: number;
}

/** lego's own Route 53 provider, built from `bench/lego`, against the emulator. */
export async function measureLego(load: Load): Promise<LegoResult | { readonly missing: string }> {
  const go = findProgram("go");
  if (go === undefined) return { missing: "go is not installed here" };
  const folder = await mkdtemp(join(tmpdir(), "sesdomain-lego-"));
  try {
    const program = join(folder, "lego");
    say("Building lego's Route 53 provider (a few minutes the first time)");
    try {
      await promisify(execFile)(go, ["build", "-o", program, "."], { cwd: join(__dirname, "..", "lego") });
    } catch (error) {
      return { missing: `it could not be built: ${String(error)}` };
    }
    return await race(program, folder, load);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function race(program: string, folder: string, load: Load): Promise<LegoResult> {
  const { emulator, zoneId } = await openMergeEmulator();
  const started: ChildProcess[] = [];
  try {
    const name = fqdn("_acme-challenge.ses-example.com");
    seedAt(emulator, zoneId, name, load.foreign, load.ttl);
    const env = {
      ...emulator.env,
      AWS_HOSTED_ZONE_ID: zoneId,
      AWS_POLLING_INTERVAL: "1",
      AWS_CONFIG_FILE: join(folder, "no-aws-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-aws-credentials"),
      LEGO_DISABLE_CNAME_SUPPORT: "true",
    };
    const processes = Array.from({ length: load.processes }, (_, at) => {
      const own = Array.from({ length: load.writers / load.processes }, (_writer, index) => `key ${at} ${index}`);
      const child = spawn(program, ["ses-example.com", ...own], { env, stdio: ["pipe", "pipe", "inherit"] });
      started.push(child);
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    for (const { lines } of processes) {
      if ((await lines.next()).value !== "ready") throw new Error("a lego process ended before it was ready");
    }
    for (const { child } of processes) child.stdin.end("\n");
    const published = (await Promise.all(processes.map(({ lines }) => rest(lines)))).flat();
    const present = new Set(valuesAt(emulator, zoneId, name));
    return {
      lost: published.filter((value) => !present.has(value)).length,
      foreignLost: load.foreign.filter((value) => !present.has(value)).length,
      refused: load.writers - published.length,
    };
  } finally {
    for (const child of started) child.kill("SIGKILL");
    await emulator.close();
  }
}

async function rest(lines: AsyncIterator<string>): Promise<string[]> {
  const all: string[] = [];
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) all.push(next.value);
  return all;
}
