import { once } from "node:events";
import { inspect } from "node:util";
import { systemClock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import type { DnsBackend } from "../../../provider/dns/backend";
import { recordOf } from "./records";
import type { WriterTask, WriterWord } from "./writers";

interface WorkerModule {
  openWorkerBackend(settings: unknown): DnsBackend<string> | Promise<DnsBackend<string>>;
}

/** A process of its own that writes values when it is told to go; see `writers.ts`. */
async function main(): Promise<void> {
  const [task] = (await once(process, "message")) as [WriterTask];
  const { openWorkerBackend } = (await import(task.module)) as WorkerModule;
  const ctx: Ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };
  const backend = await openWorkerBackend(task.settings);
  const zone = await backend.findZone(task.key.name, ctx);
  const go = once(process, "message");
  say({ kind: "ready" });
  await go;
  await Promise.all(
    task.values.map((value) => backend.add(zone, [recordOf(task.key.type, task.key.name, value)], ctx)),
  );
  say({ kind: "done" });
}

function say(word: WriterWord): void {
  process.send?.(word);
}

main().catch((error: unknown) => say({ kind: "failed", text: inspect(error) }));
