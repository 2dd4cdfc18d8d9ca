import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answer, Calls, Entry, Parts, Question } from "./cloud-process";

/** The emulator in a process of its own, so that its work is not counted as the provider's. */
export interface BenchCloud {
  readonly env: Readonly<Record<string, string>>;
  /**
   * Domains that SES has verified, each a delegated zone of its own that serves its token and what `parts` wants. Default: the
   * verification. Returns all there are by then.
   */
  grow(to: number, parts?: Parts): Promise<readonly Entry[]>;
  /** Identities that no program declares, until the account has so many. Returns how many it has. */
  fill(to: number): Promise<number>;
  /** Delegated zones without a record, for domains that are new. Returns all there are by then. */
  addFresh(to: number): Promise<readonly Entry[]>;
  /** A delegated zone that has a DMARC record only, for a domain that is to be verified. */
  addZone(name: string): Promise<void>;
  /** Has one server of a domain's zone answer nothing from now on. */
  silence(name: string): Promise<void>;
  /** Adds so much to every DNS answer. */
  delayDns(ms: number): Promise<void>;
  /** What was asked since the last call of this. */
  takeCalls(): Promise<Calls>;
  close(): Promise<void>;
}

/** `sesMs`: how long SES takes before it looks at a new domain. */
export async function openBenchCloud(sesMs?: number): Promise<BenchCloud> {
  const args = sesMs === undefined ? [] : [String(sesMs)];
  const child = fork(join(__dirname, "cloud-process.ts"), args, { execArgv: ["--import", "tsx"], stdio: "inherit" });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  child.on("message", ({ id, error, value }: Answer) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(error));
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the emulator's process ended with ${code}`));
  });
  const ask = (question: Question) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.send({ id: last, question });
    });

  const env = (await ask({ ask: "env" })) as BenchCloud["env"];
  return {
    env,
    grow: async (to, parts = "verification") => (await ask({ ask: "grow", to, parts })) as readonly Entry[],
    fill: async (to) => (await ask({ ask: "fill", to })) as number,
    addFresh: async (to) => (await ask({ ask: "fresh", to })) as readonly Entry[],
    addZone: async (name) => void (await ask({ ask: "zone", name })),
    silence: async (name) => void (await ask({ ask: "silence", name })),
    delayDns: async (ms) => void (await ask({ ask: "delay", ms })),
    takeCalls: async () => (await ask({ ask: "calls" })) as Calls,
    async close() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
