import type { EngineStack } from "../test/support/engine/stack";
import { type BenchCloud, openBenchCloud } from "./support/cloud";
import type { Calls, Entry, Parts } from "./support/cloud-process";
import { type Measured, measurePreview, median, numbers, say } from "./support/measure";
import { openPluginFloor, openPluginStack } from "./support/plugin-stacks";
import { openFairFloor, openLightFloor, openOurs, TEMPLATE } from "./support/stacks";

/** How Pulumi reaches this package: by its process for dynamic resources, or by the plugin. */
type Door = "dynamic" | "plugin";
const GIVEN = numbers(process.env.BENCH_DOMAINS);
const SIZES: Readonly<Record<Door, Readonly<Record<Parts, readonly number[]>>>> = {
  dynamic: { verification: GIVEN ?? [10, 100, 998, 1_001, 3_000], sending: GIVEN ?? [10, 100, 1_001] },
  plugin: { verification: GIVEN ?? [10, 100, 1_000], sending: GIVEN ?? [10, 100, 1_000] },
};
const DOORS = chosen(["dynamic", "plugin"], process.env.BENCH_DOORS);
/** Whether the programs ask for the verification alone, or for DKIM and MAIL FROM too. */
const PARTS = chosen(["verification", "sending"], process.env.BENCH_PARTS);
const FEW = 3;
/** A few domains in accounts that have so many identities; 0 leaves this out. */
const ACCOUNTS = numbers(process.env.BENCH_ACCOUNT) ?? [FEW, 1_000, 10_000];
const DELAYS_MS = numbers(process.env.BENCH_DNS_MS) ?? [0, 30];
const ROUNDS = numbers(process.env.BENCH_ROUNDS)?.[0] ?? 5;

interface Row {
  readonly door: Door;
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
  /** Of dynamic resources with the same inputs and no outputs. */
  readonly light_floor_ms: number | null;
  readonly light_ratio: number | null;
  readonly ses_calls: number;
  /** The same by action. */
  readonly ses_actions: Readonly<Record<string, number>>;
  readonly dns_queries: number;
  readonly dns_per_domain: number;
  readonly rss_mb: number | null;
  readonly floor_rss_mb: number | null;
  /** Of the provider's process. */
  readonly cpu_ms: number | null;
  readonly floor_cpu_ms: number | null;
}

/** What is recorded of a `door` and of `parts` that this run left out stays. Rows without them are from before there were any. */
export function recorded({ rows }: Recorded, before: Recorded | undefined): Recorded {
  const isKept = ({ door = "dynamic", parts = "verification" }: Recorded["rows"][number]) =>
    !DOORS.includes(door) || !PARTS.includes(parts);
  return { rows: [...(before?.rows.filter(isKept) ?? []), ...rows] };
}

interface Recorded {
  readonly rows: readonly { readonly door?: Door; readonly parts?: Parts }[];
}

/** A preview of verified domains, against the same stack of resources that do nothing. Medians of alternated rounds. */
export async function run(): Promise<{ readonly rows: readonly Row[] }> {
  const rows: Row[] = [];
  for (const parts of PARTS) {
    await inCloud(async (cloud) => {
      for (const [domains, by] of sizesHere(parts)) {
        const entries = await cloud.grow(domains, parts);
        for (const door of by) rows.push(...(await rowsFor(entries, cloud, door, parts)));
      }
    });
  }
  const accounts = ACCOUNTS.filter((size) => size > 0).sort((one, other) => one - other);
  if (accounts.length === 0 || !PARTS.includes("verification") || !DOORS.includes("dynamic")) return { rows };
  // In a cloud of its own, which holds none of the other domains.
  await inCloud(async (cloud) => {
    const entries = await cloud.grow(FEW);
    for (const identities of accounts) {
      await cloud.fill(identities);
      rows.push(...(await rowsFor(entries, cloud, "dynamic", "verification")));
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

/** The cloud only grows: the sizes in their order, and who is measured at each. */
function sizesHere(parts: Parts): readonly (readonly [size: number, by: readonly Door[]])[] {
  const sizes = [...new Set(DOORS.flatMap((door) => SIZES[door][parts]))].sort((one, other) => one - other);
  return sizes.map((size) => [size, DOORS.filter((door) => SIZES[door][parts].includes(size))]);
}

interface Stacks {
  readonly ours: EngineStack;
  readonly fair: EngineStack;
  readonly light?: EngineStack;
}

async function rowsFor(entries: readonly Entry[], cloud: BenchCloud, door: Door, parts: Parts): Promise<Row[]> {
  const domains = entries.length;
  const opened: EngineStack[] = [];
  const open = async (opening: Promise<EngineStack>) => {
    const stack = await opening;
    opened.push(stack);
    return stack;
  };
  try {
    const stacks = await (door === "plugin" ? openPlugin() : openDynamic());
    const rows: Row[] = [];
    for (const delayMs of DELAYS_MS) {
      await cloud.delayDns(delayMs);
      say(`${door}, ${parts}: ${domains} domains, ${delayMs} ms more a DNS answer`);
      rows.push({ door, parts, ...(await rowFor(domains, delayMs, cloud, stacks)) });
      await cloud.delayDns(0);
    }
    return rows;
  } finally {
    for (const stack of opened) await stack.close();
  }

  async function openDynamic(): Promise<Stacks> {
    const ours = await open(openOurs(cloud, entries, parts));
    const fair = await open(openFairFloor(cloud, entries, ours));
    return { ours, fair, light: await open(openLightFloor(cloud, entries)) };
  }

  async function openPlugin(): Promise<Stacks> {
    const ours = await open(openPluginStack(cloud, entries, parts));
    return { ours, fair: await open(openPluginFloor(cloud, entries, parts, ours)) };
  }
}

async function rowFor(
  domains: number,
  delayMs: number,
  cloud: BenchCloud,
  stacks: Stacks,
): Promise<Omit<Row, "door" | "parts">> {
  const rounds: { ours: Measured; fair: Measured; light: Measured | undefined; calls: Calls }[] = [];
  const identities = await cloud.fill(0);
  const measureOurs = async () => {
    await cloud.takeCalls();
    return { ours: await measured(stacks.ours, domains), calls: await cloud.takeCalls() };
  };
  for (let round = 1; round <= ROUNDS; round++) {
    // On a busy machine no one is always the later one.
    const before = round % 2 === 0 ? await measureOurs() : undefined;
    const light = stacks.light && (await measured(stacks.light, domains));
    const fair = await measured(stacks.fair, domains);
    const { ours, calls } = before ?? (await measureOurs());
    rounds.push({ ours, fair, light, calls });
    const others = `floor ${Math.round(fair.ms)} ms${light === undefined ? "" : `, light ${Math.round(light.ms)} ms`}`;
    say(`round ${round} of ${ROUNDS}: ours ${Math.round(ours.ms)} ms, ${others}; account of ${identities}`);
  }
  const oursMs = median(rounds.map(({ ours }) => ours.ms));
  const fairMs = median(rounds.map(({ fair }) => fair.ms));
  const lightMs = stacks.light && median(rounds.flatMap(({ light }) => (light === undefined ? [] : [light.ms])));
  const dns = median(rounds.map(({ calls }) => calls.dns));
  return {
    domains,
    dns_ms: delayMs,
    account_identities: identities,
    ours_ms: Math.round(oursMs),
    floor_ms: Math.round(fairMs),
    ratio: Number((oursMs / fairMs).toFixed(2)),
    light_floor_ms: lightMs === undefined ? null : Math.round(lightMs),
    light_ratio: lightMs === undefined ? null : Number((oursMs / lightMs).toFixed(2)),
    ses_calls: median(rounds.map(({ calls }) => calls.ses)),
    ses_actions: medianActions(rounds.map(({ calls }) => calls.actions)),
    dns_queries: dns,
    dns_per_domain: Number((dns / domains).toFixed(2)),
    rss_mb: known(rounds.map(({ ours }) => ours.rssMb)),
    floor_rss_mb: known(rounds.map(({ fair }) => fair.rssMb)),
    cpu_ms: known(rounds.map(({ ours }) => ours.cpuMs)),
    floor_cpu_ms: known(rounds.map(({ fair }) => fair.cpuMs)),
  };
}

const OURS = /::(?:pulumi-nodejs:dynamic\/\w+|sesdomain:index):/;

/** A preview that finds something to do has measured something else. */
async function measured(stack: EngineStack, domains: number): Promise<Measured> {
  const result = await measurePreview(stack);
  const { run } = result;
  const told = run.diagnostics.filter(({ urn }) => urn !== undefined && OURS.test(urn));
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

function known(values: readonly (number | undefined)[]): number | null {
  const told = values.filter((value) => value !== undefined);
  return told.length === 0 ? null : Math.round(median(told));
}

/** Those that a list such as `sending,verification` names; all of them without one. */
function chosen<const T extends string>(all: readonly T[], list: string | undefined): readonly T[] {
  const names = list?.split(",");
  return all.filter((one) => names?.includes(one) ?? true);
}
