import type { EngineStack } from "../test/support/engine/stack";
import { type BenchCloud, openBenchCloud } from "./support/cloud";
import type { Calls, Entry, Parts } from "./support/cloud-process";
import { type Measured, measurePreview, median, numbers, say } from "./support/measure";
import { openFairFloor, openLightFloor, openOurs, TEMPLATE } from "./support/stacks";

const SIZES: Readonly<Record<Parts, readonly number[]>> = {
  verification: numbers(process.env.BENCH_DOMAINS) ?? [10, 100, 998, 1_001, 3_000],
  sending: numbers(process.env.BENCH_DOMAINS) ?? [10, 100, 1_001],
};
/** Whether the programs ask for the verification alone, or for DKIM and MAIL FROM too. */
const PARTS = (["verification", "sending"] as const).filter(
  (parts) => process.env.BENCH_PARTS?.split(",").includes(parts) ?? true,
);
const FEW = 3;
/** A few domains in accounts that have so many identities; 0 leaves this out. */
const ACCOUNTS = numbers(process.env.BENCH_ACCOUNT) ?? [FEW, 1_000, 10_000];
const DELAYS_MS = numbers(process.env.BENCH_DNS_MS) ?? [0, 30];
const ROUNDS = numbers(process.env.BENCH_ROUNDS)?.[0] ?? 5;

interface Row {
  readonly parts: Parts;
  readonly domains: number;
  /** Added to each DNS answer. */
  readonly dns_ms: number;
  /** In the account and region. */
  readonly account_identities: number;
  readonly ours_ms: number;
  /** Of resources with as many inputs and outputs as ours. */
  readonly floor_ms: number;
  readonly ratio: number;
  /** Of resources with the same inputs and no outputs. */
  readonly light_floor_ms: number;
  readonly light_ratio: number;
  readonly ses_calls: number;
  /** The same by action. */
  readonly ses_actions: Readonly<Record<string, number>>;
  readonly dns_queries: number;
  readonly dns_per_domain: number;
  readonly rss_mb: number | null;
  readonly floor_rss_mb: number | null;
}

/** What is recorded of parts that this run left out stays. Rows without `parts` are from before there were any. */
export function recorded({ rows }: Recorded, before: Recorded | undefined): Recorded {
  const isKept = ({ parts = "verification" }: Recorded["rows"][number]) => !PARTS.includes(parts);
  return { rows: [...(before?.rows.filter(isKept) ?? []), ...rows] };
}

interface Recorded {
  readonly rows: readonly { readonly parts?: Parts }[];
}

/** A preview of verified domains, against the same stack of resources that do nothing. Medians of alternated rounds. */
export async function run(): Promise<{ readonly rows: readonly Row[] }> {
  const rows: Row[] = [];
  for (const parts of PARTS) {
    await inCloud(async (cloud) => {
      for (const domains of SIZES[parts]) rows.push(...(await rowsFor(await cloud.grow(domains, parts), cloud, parts)));
    });
  }
  const accounts = ACCOUNTS.filter((size) => size > 0).sort((one, other) => one - other);
  if (accounts.length === 0 || !PARTS.includes("verification")) return { rows };
  // In a cloud of its own, which holds none of the other domains.
  await inCloud(async (cloud) => {
    const entries = await cloud.grow(FEW);
    for (const identities of accounts) {
      await cloud.fill(identities);
      rows.push(...(await rowsFor(entries, cloud, "verification")));
    }
  });
  return { rows };
}

async function inCloud(measure: (cloud: BenchCloud) => Promise<void>): Promise<void> {
  const cloud = await openBenchCloud();
  try {
    await cloud.addZone(TEMPLATE.domain);
    await measure(cloud);
  } finally {
    await cloud.close();
  }
}

interface Stacks {
  readonly ours: EngineStack;
  readonly fair: EngineStack;
  readonly light: EngineStack;
}

async function rowsFor(entries: readonly Entry[], cloud: BenchCloud, parts: Parts): Promise<Row[]> {
  const domains = entries.length;
  const stacks: EngineStack[] = [];
  try {
    const ours = await openOurs(cloud, entries, parts);
    stacks.push(ours);
    const fair = await openFairFloor(cloud, entries, ours);
    stacks.push(fair);
    const light = await openLightFloor(cloud, entries);
    stacks.push(light);
    const rows: Row[] = [];
    for (const delayMs of DELAYS_MS) {
      await cloud.delayDns(delayMs);
      rows.push({ parts, ...(await rowFor(domains, delayMs, cloud, { ours, fair, light })) });
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
  stacks: Stacks,
): Promise<Omit<Row, "parts">> {
  const rounds: { ours: Measured; fair: Measured; light: Measured; calls: Calls }[] = [];
  const identities = await cloud.fill(0);
  for (let round = 1; round <= ROUNDS; round++) {
    const light = await measured(stacks.light, domains);
    const fair = await measured(stacks.fair, domains);
    await cloud.takeCalls();
    const ours = await measured(stacks.ours, domains);
    const calls = await cloud.takeCalls();
    rounds.push({ ours, fair, light, calls });
    const took = `ours ${Math.round(ours.ms)} ms, floor ${Math.round(fair.ms)} ms, light ${Math.round(light.ms)} ms`;
    say(`${domains} of ${identities}, ${delayMs} ms more a DNS answer, round ${round} of ${ROUNDS}: ${took}`);
  }
  const [oursMs, fairMs, lightMs] = (["ours", "fair", "light"] as const).map((which) =>
    median(rounds.map((round) => round[which].ms)),
  ) as [number, number, number];
  const dns = median(rounds.map(({ calls }) => calls.dns));
  return {
    domains,
    dns_ms: delayMs,
    account_identities: identities,
    ours_ms: Math.round(oursMs),
    floor_ms: Math.round(fairMs),
    ratio: Number((oursMs / fairMs).toFixed(2)),
    light_floor_ms: Math.round(lightMs),
    light_ratio: Number((oursMs / lightMs).toFixed(2)),
    ses_calls: median(rounds.map(({ calls }) => calls.ses)),
    ses_actions: medianActions(rounds.map(({ calls }) => calls.actions)),
    dns_queries: dns,
    dns_per_domain: Number((dns / domains).toFixed(2)),
    rss_mb: megabytes(rounds.map((round) => round.ours.rssMb)),
    floor_rss_mb: megabytes(rounds.map((round) => round.fair.rssMb)),
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

function medianActions(rounds: readonly Calls["actions"][]): Row["ses_actions"] {
  const names = [...new Set(rounds.flatMap((actions) => Object.keys(actions)))].sort();
  const ofSes = names.filter((name) => name.startsWith("ses"));
  return Object.fromEntries(ofSes.map((name) => [name, median(rounds.map((actions) => actions[name] ?? 0))]));
}

function megabytes(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : Math.round(median(known));
}
