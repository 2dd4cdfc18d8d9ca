/** How the engine ends this process: it interrupts it, also after a run that went well, and waits seconds for it to go. */
export interface Stop {
  /** Aborts with the first interruption. */
  readonly signal: AbortSignal;
  /** Counts the work as running: the process goes once it is interrupted and nothing runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** For the last answer to get out; the engine kills after five seconds. */
const LAST_WORDS_MS = 200;

export function openStop(): Stop {
  const control = new AbortController();
  let running = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      control.abort(new Error(`Stopped by ${name}; what was done is kept.`));
      if (running === 0) process.exit();
    });
  }
  return {
    signal: control.signal,
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
