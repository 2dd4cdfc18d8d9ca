import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type BenchCloud, openBenchCloud } from "./support/cloud";
import { REGION } from "./support/cloud-names";
import { median, say } from "./support/measure";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MAIN = join(__dirname, "..", "dist", "provider", "cli", "main.js");
/** SES takes one request a second: by then it has forgotten the runs before. */
const REST_MS = 2_500;

interface Result {
  readonly healthy_s: number;
  /** A second run that begins as soon as the first has ended. */
  readonly again_s: number;
  /** One of the zone's four servers answers nothing. */
  readonly dead_s: number;
  /** To all name servers, for a healthy domain. */
  readonly questions: number;
}

/** The doctor's command line as it is installed, on one domain with four name servers, from its start to its end. */
export async function run(): Promise<Result> {
  const rounds: Result[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    // A cloud that no process has asked before.
    const cloud = await openBenchCloud();
    try {
      const [well, poorly] = await cloud.grow(2);
      if (well === undefined || poorly === undefined) throw new Error("the cloud has no domains");
      const healthy = await seconds(cloud, well.domain);
      const { dns } = await cloud.takeCalls();
      const again = await seconds(cloud, well.domain);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      await cloud.silence(poorly.domain);
      const dead = await seconds(cloud, poorly.domain);
      rounds.push({ healthy_s: healthy, again_s: again, dead_s: dead, questions: dns });
      say(`round ${round} of ${ROUNDS}: healthy ${healthy} s, again ${again} s, one dead server ${dead} s`);
    } finally {
      await cloud.close();
    }
  }
  const of = (field: keyof Result) => median(rounds.map((one) => one[field]));
  return { healthy_s: of("healthy_s"), again_s: of("again_s"), dead_s: of("dead_s"), questions: of("questions") };
}

async function seconds(cloud: BenchCloud, domain: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, "doctor", domain, "--identity", REGION], {
    env: { ...process.env, ...cloud.env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "close");
  // 1: it has something to say.
  if (code !== 0 && code !== 1) throw new Error(`the doctor ended with ${code} for ${domain}`);
  return Number(((performance.now() - startedMs) / 1_000).toFixed(2));
}
