/** How the engine ends this process: it interrupts it, also after a run that went well, and waits seconds for it to go. */
export interface Stop {
  /** Aborts with the first interruption. */
  readonly signal: AbortSignal;
  /** As an interruption, but the process goes within seconds whatever still runs. */
  end(reason: string): void;
  /** Counts the work as running: the process goes once it is interrupted and nothing runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** For the last answer to get out; the engine kills after five seconds. */
const LAST_WORDS_MS = 200;
/** What runs without an engine can tell its result to no one. */
const LONGEST_END_MS = 5_000;

export function openStop(): Stop {
  const control = new AbortController();
  let running = 0;
  const interrupt = (reason: string) => {
    control.abort(new Error(reason));
    if (running === 0) process.exit();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => interrupt(`Stopped by ${name}; what was done is kept.`));
  }
  return {
    signal: control.signal,
    end(reason) {
      setTimeout(() => process.exit(), LONGEST_END_MS).unref();
      interrupt(reason);
    },
    async during(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
        if (running === 0 && control.signal.aborted) setTimeout(() => process.exit(), LAST_WORDS_MS);
      }
    },
  };
}
