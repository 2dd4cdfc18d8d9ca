import { availableParallelism } from "node:os";
import { DomainVerification, VerifiedDomain } from "../provider";
import { openStack } from "../test/support/engine/stack";
import { openBenchCloud } from "./support/cloud";
import { REGION } from "./support/cloud-names";
import { say } from "./support/measure";

const SIZES = numbers(process.env.BENCH_DOMAINS) ?? [8, 32];
const REGIONS = numbers(process.env.BENCH_REGIONS) ?? [1];
const SES_MS = numbers(process.env.BENCH_SES_MS)?.[0] ?? 60_000;
const PARALLEL = numbers(process.env.BENCH_PARALLEL) ?? [4 * availableParallelism()];
const MEASURED = process.env.BENCH_PATTERN?.split(",");
const ALL_REGIONS = [REGION, "eu-west-1", "us-west-2", "eu-central-1"];
/** `each`: every domain waits itself. `one`: none does, and a `DomainVerification` waits for all. */
const PATTERNS = ["each", "one"] as const;
/** A new domain is tagged when it is requested and when its create ends. */
const TAGS = 2;

interface Row {
  readonly domains: number;
  readonly regions: number;
  /** How long SES takes to look at a new domain. */
  readonly ses_ms: number;
  readonly parallel: number;
  readonly pattern: (typeof PATTERNS)[number];
  readonly seconds: number;
  /** What SES's one request a second and action dictates. */
  readonly limit_seconds: number;
  readonly throttled: number;
  readonly calls: Readonly<Record<string, number>>;
}

/** `pulumi up` of so many new domains, each a zone of its own at Route 53, until SES has verified all. */
export async function run(): Promise<{ readonly rows: readonly Row[] }> {
  const rows: Row[] = [];
  for (const domains of SIZES) {
    for (const regions of REGIONS) {
      for (const parallel of PARALLEL) {
        for (const pattern of PATTERNS.filter((one) => MEASURED?.includes(one) ?? true)) {
          rows.push(await measure(domains, regions, parallel, pattern));
        }
      }
    }
  }
  return { rows };
}

async function measure(count: number, regions: number, parallel: number, pattern: Row["pattern"]): Promise<Row> {
  const cloud = await openBenchCloud(SES_MS);
  try {
    const names = Array.from({ length: count }, (_, at) => `ses-create-${String(at).padStart(5, "0")}.com`);
    for (const name of names) await cloud.addZone(name);
    const identities = ALL_REGIONS.slice(0, regions).map((region) => ({ region }));
    const program = async () => {
      const wait = pattern === "each";
      const all = names.map(
        (domain) => new VerifiedDomain(domain, { domain, identities, dns: { kind: "route53" }, wait }),
      );
      const of = all.map(({ domain, verifications, records }) => ({ domain, identities, verifications, records }));
      if (!wait) new DomainVerification("all", { of });
    };
    const stack = await openStack({ program, project: "sesdomain-bench", env: cloud.env });
    try {
      await cloud.takeCalls();
      const startedMs = performance.now();
      const up = await stack.up({ parallel });
      const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(1));
      if (up.failed) throw new Error(`${count} domains could not be made:\n${up.stdout.slice(-4_000)}`);
      const { actions, throttled } = await cloud.takeCalls();
      // The last request goes after the others, and then SES takes its time. The tags take as many seconds as there are.
      const limit = Math.max(count + SES_MS / 1_000, TAGS * count);
      say(`${count} domains in ${regions} regions, ${pattern}, --parallel ${parallel}: ${seconds} s, limit ${limit} s`);
      const fixed = { domains: count, regions, ses_ms: SES_MS, parallel, pattern };
      return { ...fixed, seconds, limit_seconds: limit, throttled, calls: actions };
    } finally {
      await stack.close();
    }
  } finally {
    await cloud.close();
  }
}

function numbers(list: string | undefined): readonly number[] | undefined {
  return list?.split(",").map(Number);
}
