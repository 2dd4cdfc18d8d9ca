import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../../provider/pulumi/grpc";

const USAGE = join(__dirname, "usage.cjs");
/** No engine answers there: nothing that is measured needs one. */
const NO_ENGINE = "127.0.0.1:9";
const ENDS_WITHIN_MS = 5_000;

/** What a process has taken since its start. */
export interface Taken {
  /** User and system time, in ms. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** A provider's process, started as the engine does it. */
export interface ProviderProcess {
  readonly client: ResourceProviderClient;
  taken(): Promise<Taken>;
  /** As the engine ends it. */
  close(): Promise<void>;
}

/** `script`: a Node program that prints its port, as plugins do. `cwd`: the Pulumi program's folder. */
export async function startProvider(script: string, cwd: string): Promise<ProviderProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--require", USAGE, script, NO_ENGINE], {
    cwd,
    env: { ...process.env, PULUMI_CONFIG: "{}" },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  try {
    const client = new ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure());
    return {
      client,
      async taken() {
        const wallMs = performance.now() - startedMs;
        const told = once(child, "message");
        child.send("usage");
        const [{ user, system }] = (await told) as [NodeJS.CpuUsage];
        return { cpuMs: (user + system) / 1_000, wallMs };
      },
      async close() {
        client.close();
        await end(child);
      },
    };
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new TypeError("the process has no standard output");
  for await (const line of createInterface({ input: stdout })) {
    if (/^\d+$/.test(line)) return Number(line);
  }
  throw new Error("the provider ended before it printed its port");
}

/** What Node compiled is kept at the end of a program that ends by itself, and lost with one that is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
