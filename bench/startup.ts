import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty, Struct } from "../provider/pulumi/grpc";
import { shim } from "../provider/resources/shim";
import { median, numbers, say } from "./support/measure";
import { startProvider, type Taken } from "./support/provider-process";
import { NOOP } from "./support/stacks";

const ROOT = join(__dirname, "..");
const ROUNDS = numbers(process.env.BENCH_ROUNDS)?.[0] ?? 7;
const TYPE = "sesdomain:index:VerifiedDomain";

/** How far a process has come: the answers to its first call, to Configure, and to the first Check of a resource. */
const STAGES = ["first_rpc", "configured", "checked"] as const;
type Stage = (typeof STAGES)[number];
type Figures<T extends string> = { readonly [stage in Stage as `${stage}_${T}`]: number };

interface Program {
  readonly name: string;
  readonly script: string;
  /** As resources of this package and of others carry it to the process for dynamic resources; undefined for a plugin. */
  readonly handler?: string;
  /** The name of the program that does nothing in the same way. */
  readonly floor?: string;
}

interface Row extends Figures<"cpu_ms">, Figures<"ms"> {
  readonly program: string;
  readonly floor: string | null;
  /** The median of each round's difference. */
  readonly first_rpc_overhead_ms: number | null;
  readonly configured_overhead_ms: number | null;
  readonly checked_overhead_ms: number | null;
}

interface Result {
  readonly rounds: number;
  /** CPU until the first call is answered, of the compiled plugin or the bundled one, whichever takes more. */
  readonly plugin_overhead_ms: number;
  /** CPU until the first Check is answered: this package is loaded with the first resource. */
  readonly dynamic_overhead_ms: number;
  readonly rows: readonly Row[];
}

/** What a provider's process takes from its start to its first answers, against one that does nothing. */
export async function run(): Promise<Result> {
  const programs = await programsHere();
  const rounds: ReadonlyMap<string, Readonly<Record<Stage, Taken>>>[] = [];
  // The first round brings the files into memory, and Node's compiled code into its cache.
  for (let round = 0; round <= ROUNDS; round++) {
    const taken = new Map<string, Readonly<Record<Stage, Taken>>>();
    // Each has every place in the order.
    for (const at of programs.keys()) {
      const program = programs[(at + round) % programs.length];
      if (program !== undefined) taken.set(program.name, await measure(program));
    }
    if (round === 0) continue;
    rounds.push(taken);
    const of = ({ name }: Program) => `${name} ${Math.round(taken.get(name)?.first_rpc.cpuMs ?? Number.NaN)} ms`;
    say(`round ${round} of ${ROUNDS}, CPU until the first answer: ${programs.map(of).join(", ")}`);
  }
  const rows = programs.map((program) => rowOf(program, rounds));
  const largest = (names: readonly string[], overhead: (row: Row) => number | null) =>
    Math.max(...rows.filter(({ program }) => names.includes(program)).map((row) => overhead(row) ?? Number.NaN));
  return {
    rounds: ROUNDS,
    plugin_overhead_ms: largest(["plugin", "plugin, bundled"], (row) => row.first_rpc_overhead_ms),
    dynamic_overhead_ms: largest(["dynamic"], (row) => row.checked_overhead_ms),
    rows,
  };
}

async function programsHere(): Promise<readonly Program[]> {
  const compiled = join(ROOT, "dist", "provider", "pulumi", "plugin", "main.js");
  if (!existsSync(compiled)) throw new Error(`${compiled} is missing: npm run build`);
  const bare = { name: "bare server", script: join(__dirname, "support", "bare-plugin.cjs") };
  const idle = { name: "dynamic, idle", script: require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), handler: NOOP };
  const { plugin }: { plugin(): Promise<string> } = await import(
    pathToFileURL(join(ROOT, "scripts", "plugin.mjs")).href
  );
  return [
    bare,
    { name: "plugin", script: compiled, floor: bare.name },
    { name: "plugin, bundled", script: join(await plugin(), "plugin.cjs"), floor: bare.name },
    idle,
    { name: "dynamic", script: idle.script, handler: shim("verifiedDomain"), floor: idle.name },
  ];
}

async function measure({ script, handler }: Program): Promise<Readonly<Record<Stage, Taken>>> {
  const provider = await startProvider(script, ROOT);
  try {
    const calls = callsOf(provider.client);
    if (handler === undefined) await calls.handshake();
    await calls.getPluginInfo();
    const first_rpc = await provider.taken();
    await calls.configure();
    const configured = await provider.taken();
    await calls.check(handler);
    return { first_rpc, configured, checked: await provider.taken() };
  } finally {
    await provider.close();
  }
}

function callsOf(client: ResourceProviderClient) {
  return {
    handshake() {
      const request = new pb.ProviderHandshakeRequest();
      request.setEngineAddress("127.0.0.1:9");
      request.setConfigureWithUrn(true);
      request.setSupportsRefreshBeforeUpdate(true);
      return answered((done) => client.handshake(request, done));
    },
    getPluginInfo: () => answered((done) => client.getPluginInfo(new Empty(), done)),
    configure() {
      const request = new pb.ConfigureRequest();
      request.setArgs(Struct.fromJavaScript({}));
      request.setAcceptsecrets(true);
      return answered((done) => client.configure(request, done));
    },
    /** The name of no domain: its check asks no server. */
    async check(handler: string | undefined) {
      const urn = `urn:pulumi:dev::bench::${handler === undefined ? TYPE : "pulumi-nodejs:dynamic/bench:Domain"}::mail`;
      const request = new pb.CheckRequest();
      request.setUrn(urn);
      const own = handler === undefined ? {} : { __provider: handler, __urn: urn };
      request.setNews(Struct.fromJavaScript({ domain: "..", identities: [{ region: "us-east-1" }], ...own }));
      request.setOlds(Struct.fromJavaScript({}));
      await answered((done) => client.check(request, done));
    },
  };
}

function answered(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? resolve() : reject(error)));
  });
}

function rowOf({ name, floor }: Program, rounds: readonly ReadonlyMap<string, Readonly<Record<Stage, Taken>>>[]): Row {
  const figure = (of: (taken: ReadonlyMap<string, Readonly<Record<Stage, Taken>>>) => number | undefined) =>
    Number(median(rounds.map((taken) => of(taken) ?? Number.NaN)).toFixed(1));
  const cpu = (stage: Stage) => figure((taken) => taken.get(name)?.[stage].cpuMs);
  const wall = (stage: Stage) => figure((taken) => taken.get(name)?.[stage].wallMs);
  const overhead = (stage: Stage) =>
    floor === undefined
      ? null
      : figure((taken) => (taken.get(name)?.[stage].cpuMs ?? 0) - (taken.get(floor)?.[stage].cpuMs ?? 0));
  return {
    program: name,
    floor: floor ?? null,
    first_rpc_cpu_ms: cpu("first_rpc"),
    configured_cpu_ms: cpu("configured"),
    checked_cpu_ms: cpu("checked"),
    first_rpc_ms: wall("first_rpc"),
    configured_ms: wall("configured"),
    checked_ms: wall("checked"),
    first_rpc_overhead_ms: overhead("first_rpc"),
    configured_overhead_ms: overhead("configured"),
    checked_overhead_ms: overhead("checked"),
  };
}
