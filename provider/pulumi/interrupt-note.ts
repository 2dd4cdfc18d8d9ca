import type { Clock } from "../core/clock";
import type { Log } from "../core/ctx";

/** An operation that takes this long is one that a user may want to stop. */
const LONG_MS = 10_000;

const NOTE =
  "Ctrl-C pressed once does not stop this wait: Pulumi does not pass it on to a dynamic resource. Pressed twice it does; what was done is kept, and the next run goes on from there.";

/** Tells once, by whichever operation is the first to take long, what Ctrl-C does. */
export interface InterruptNote {
  /** An operation begins. Returns what to call at its end. */
  begin(log: Log): () => void;
  /** The same for `work`, whichever way it ends. */
  during<T>(log: Log, work: () => Promise<T>): Promise<T>;
}

export function openInterruptNote(clock: Clock): InterruptNote {
  let told = false;
  const begin = (log: Log) => {
    const control = new AbortController();
    clock.sleep(LONG_MS, control.signal).then(
      () => {
        if (!told) log.info(NOTE);
        told = true;
      },
      () => undefined,
    );
    return () => control.abort();
  };
  return {
    begin,
    async during(log, work) {
      const end = begin(log);
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
