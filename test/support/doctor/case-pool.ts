import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Diagnosed, Ground } from "./case-types";

/** One case on one ground. */
export interface CaseJob {
  readonly name: string;
  readonly ground: Ground;
  /** Whether a preview and a wait look at it, too. */
  readonly withViews?: boolean;
}

export type CaseWord = { readonly told: Diagnosed } | { readonly failed: string };

/** Processes for the cases on the emulator alone, which mostly wait for silent servers. Measured: more gain nothing. */
const ON_EMULATOR = 4;
/** Processes for those on real servers, of which each starts one or two of its own. */
const ON_REAL = 2;

export interface CasePool {
  /** The result of one of the jobs. */
  result(job: CaseJob): Promise<Diagnosed>;
  close(): void;
}

/**
 * Runs all jobs, several at once. A case sets the environment of its process, so each process runs one at a time; those
 * on real servers stand in a few queues, so that a test file has at most so many of them at once.
 */
export function openCasePool(jobs: readonly CaseJob[]): CasePool {
  const results = new Map<string, Promise<Diagnosed>>();
  const workers: ChildProcess[] = [];
  let closed = false;
  const start = (queue: (CaseJob & Settle)[]) => {
    const first = queue.shift();
    if (first === undefined) return;
    let running: (CaseJob & Settle) | undefined = first;
    const worker = fork(join(__dirname, "case-worker.ts"), [], { execArgv: ["--import", "tsx"] });
    workers.push(worker);
    worker.on("message", (word: CaseWord) => {
      if ("told" in word) running?.resolve(word.told);
      else running?.reject(new Error(word.failed));
      running = queue.shift();
      if (running === undefined) worker.disconnect();
      else worker.send(running);
    });
    worker.on("exit", (code) => {
      if (!closed) running?.reject(new Error(`the process of ${running.name} ended with ${code}`));
    });
    worker.send(first);
  };

  const real = Array.from({ length: ON_REAL }, (): (CaseJob & Settle)[] => []);
  let placed = 0;
  const emulated: (CaseJob & Settle)[] = [];
  for (const job of jobs) {
    const result = new Promise<Diagnosed>((resolve, reject) => {
      const queue = job.ground === "emulator" ? emulated : real[placed++ % ON_REAL];
      queue?.push({ ...job, resolve, reject });
    });
    // A failure reaches the test that asks for it; until then it is ignored.
    result.catch(() => undefined);
    results.set(keyOf(job), result);
  }
  for (const queue of real) start(queue);
  for (let index = 0; index < ON_EMULATOR; index++) start(emulated);

  return {
    result: (job) => results.get(keyOf(job)) ?? Promise.reject(new RangeError(`${keyOf(job)} is no job of this pool`)),
    close() {
      closed = true;
      for (const worker of workers) worker.kill("SIGKILL");
    },
  };
}

interface Settle {
  readonly resolve: (told: Diagnosed) => void;
  readonly reject: (error: Error) => void;
}

function keyOf({ name, ground }: CaseJob): string {
  return `${name} on ${ground}`;
}
