import type { EngineStack } from "../test/support/engine/stack";
import { type BenchCloud, openBenchCloud } from "./support/cloud";
import { type Measured, measurePreview, median, say } from "./support/measure";
import { openFloor, openOurs, TEMPLATE } from "./support/stacks";

const SIZES = numbers(process.env.BENCH_DOMAINS) ?? [10, 100, 1_000];
const DELAYS_MS = numbers(process.env.BENCH_DNS_MS) ?? [0, 30];
const ROUNDS = numbers(process.env.BENCH_ROUNDS)?.[0] ?? 5;

interface Row {
  readonly domains: number;
  /** Added to each DNS answer. */
  readonly dns_ms: number;
  readonly ours_ms: number;
  readonly floor_ms: number;
  readonly ratio: number;
  readonly ses_calls: number;
  readonly dns_queries: number;
  readonly rss_mb: number | null;
  readonly floor_rss_mb: number | null;
}

/** A preview of verified domains, against the same stack of resources that do nothing. Medians of alternated rounds. */
export async function run(): Promise<{ readonly rows: readonly Row[] }> {
  const cloud = await openBenchCloud();
  try {
    await cloud.addZone(TEMPLATE.domain);
    const rows: Row[] = [];
    for (const domains of SIZES) rows.push(...(await rowsFor(domains, cloud)));
    return { rows };
  } finally {
    await cloud.close();
  }
}

async function rowsFor(domains: number, cloud: BenchCloud): Promise<Row[]> {
  const entries = await cloud.grow(domains);
  const stacks: EngineStack[] = [];
  try {
    const ours = await openOurs(cloud, entries);
    stacks.push(ours);
    const floor = await openFloor(cloud, entries);
    stacks.push(floor);
    const rows: Row[] = [];
    for (const delayMs of DELAYS_MS) {
      await cloud.delayDns(delayMs);
      rows.push(await rowFor(domains, delayMs, cloud, ours, floor));
      await cloud.delayDns(0);
    }
    return rows;
  } finally {
    for (const stack of stacks) await stack.close();
  }
}

async function rowFor(
  domains: number,
  delayMs: number,
  cloud: BenchCloud,
  ours: EngineStack,
  floor: EngineStack,
): Promise<Row> {
  const rounds: { ours: Measured; floor: Measured; calls: { ses: number; dns: number } }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const bare = await measured(floor, domains);
    await cloud.takeCalls();
    const full = await measured(ours, domains);
    const calls = await cloud.takeCalls();
    rounds.push({ ours: full, floor: bare, calls });
    const took = `ours ${Math.round(full.ms)} ms, floor ${Math.round(bare.ms)} ms`;
    say(`${domains} domains, ${delayMs} ms more a DNS answer, round ${round} of ${ROUNDS}: ${took}`);
  }
  const oursMs = median(rounds.map((round) => round.ours.ms));
  const floorMs = median(rounds.map((round) => round.floor.ms));
  return {
    domains,
    dns_ms: delayMs,
    ours_ms: Math.round(oursMs),
    floor_ms: Math.round(floorMs),
    ratio: Number((oursMs / floorMs).toFixed(2)),
    ses_calls: median(rounds.map(({ calls }) => calls.ses)),
    dns_queries: median(rounds.map(({ calls }) => calls.dns)),
    rss_mb: megabytes(rounds.map((round) => round.ours.rssMb)),
    floor_rss_mb: megabytes(rounds.map((round) => round.floor.rssMb)),
  };
}

/** A preview that finds something to do has measured something else. */
async function measured(stack: EngineStack, domains: number): Promise<Measured> {
  const result = await measurePreview(stack);
  const { run } = result;
  const told = run.diagnostics.filter(({ urn }) => urn?.includes("::pulumi-nodejs:dynamic/"));
  if (run.failed || told.length > 0 || run.changes.same !== domains + 1) {
    throw new Error(`the preview of ${domains} verified domains is not quiet:\n${run.stdout.slice(0, 4_000)}`);
  }
  return result;
}

function megabytes(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : Math.round(median(known));
}

function numbers(list: string | undefined): readonly number[] | undefined {
  return list?.split(",").map(Number);
}
