import { type BenchCloud, openBenchCloud } from "./support/cloud";
import { type Measured, measurePreview, median, numbers, say } from "./support/measure";
import { openFresh } from "./support/stacks";

const SIZES = numbers(process.env.BENCH_DOMAINS) ?? [60, 1_000];
const ROUNDS = numbers(process.env.BENCH_ROUNDS)?.[0] ?? 3;

interface Row {
  readonly domains: number;
  readonly ours_ms: number;
  readonly floor_ms: number;
  readonly route53_calls: number;
}

/** A first preview of new domains at Route 53, each a zone of its own, against as many new resources that do nothing. */
export async function run(): Promise<{ readonly rows: readonly Row[] }> {
  const cloud = await openBenchCloud();
  try {
    const rows: Row[] = [];
    for (const domains of SIZES) rows.push(await rowFor(domains, cloud));
    return { rows };
  } finally {
    await cloud.close();
  }
}

async function rowFor(domains: number, cloud: BenchCloud): Promise<Row> {
  const entries = await cloud.addFresh(domains);
  const ours = await openFresh(cloud, entries, "ours");
  const floor = await openFresh(cloud, entries, "floor");
  const rounds: { ours: number; floor: number; calls: number }[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const bare = quiet(await measurePreview(floor), domains);
      await cloud.takeCalls();
      const full = quiet(await measurePreview(ours), domains);
      const { route53 } = await cloud.takeCalls();
      rounds.push({ ours: full.ms, floor: bare.ms, calls: route53 });
      const took = `ours ${Math.round(full.ms)} ms, floor ${Math.round(bare.ms)} ms`;
      say(`${domains} new domains, round ${round} of ${ROUNDS}: ${took}, ${route53} calls to Route 53`);
    }
  } finally {
    await ours.close();
    await floor.close();
  }
  return {
    domains,
    ours_ms: Math.round(median(rounds.map((round) => round.ours))),
    floor_ms: Math.round(median(rounds.map((round) => round.floor))),
    route53_calls: median(rounds.map(({ calls }) => calls)),
  };
}

/** A preview that warns has measured something else. */
function quiet(result: Measured, domains: number): Measured {
  const { run } = result;
  const told = run.diagnostics.filter(({ urn }) => urn?.includes("::pulumi-nodejs:dynamic/"));
  if (run.failed || told.length > 0) {
    throw new Error(`the preview of ${domains} new domains is not quiet:\n${run.stdout.slice(0, 4_000)}`);
  }
  return result;
}
