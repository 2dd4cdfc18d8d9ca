import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { RecordKey } from "../../../provider/dns/record";

/** `module` exports `openWorkerBackend(settings): DnsBackend | Promise<DnsBackend>`; `settings` travels as JSON. */
export interface WorkerPlan {
  readonly module: string;
  readonly settings: unknown;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a writer process is sent. */
export interface WriterTask {
  readonly module: string;
  readonly settings: unknown;
  readonly key: RecordKey;
  readonly values: readonly string[];
}

export type WriterWord = { readonly kind: "ready" | "done" } | { readonly kind: "failed"; readonly text: string };

/**
 * Lets `processes` processes add the values to one set, all at once, each value by an `add` of its own. `onReady` is
 * called when all have found the zone, just before they are told to go.
 */
export async function runWriters(
  plan: WorkerPlan,
  key: RecordKey,
  values: readonly string[],
  processes: number,
  onReady?: () => void,
): Promise<void> {
  const started: ChildProcess[] = [];
  try {
    const writers = Array.from({ length: processes }, (_, at) => {
      const writer = fork(join(__dirname, "writer.ts"), [], {
        execArgv: ["--import", "tsx"],
        env: { ...process.env, ...plan.env },
      });
      started.push(writer);
      const own = values.filter((_value, index) => index % processes === at);
      const task: WriterTask = { module: plan.module, settings: plan.settings, key, values: own };
      writer.send(task);
      return writer;
    });
    await Promise.all(writers.map((writer) => word(writer, "ready")));
    const done = Promise.all(writers.map((writer) => word(writer, "done")));
    onReady?.();
    for (const writer of writers) writer.send("go");
    await done;
  } finally {
    for (const writer of started) writer.kill("SIGKILL");
  }
}

async function word(writer: ChildProcess, wanted: WriterWord["kind"]): Promise<void> {
  const exit = once(writer, "exit").then(([code]) => {
    throw new Error(`a writer process ended with ${code} before it was ${wanted}`);
  });
  const [said] = (await Promise.race([once(writer, "message"), exit])) as [WriterWord];
  exit.catch(() => undefined);
  if (said.kind === "failed") throw new Error(`a writer process failed: ${said.text}`);
  if (said.kind !== wanted) throw new Error(`a writer process said ${said.kind} where it should have said ${wanted}`);
}
