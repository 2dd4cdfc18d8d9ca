import type { Clock } from "../core/clock";
import type { Log } from "../core/ctx";

/** An operation that takes this long is one that a user may want to stop. */
const LONG_MS = 10_000;

/** With the first line of a wait: who presses Ctrl-C sees only that the wait goes on. */
const BRIEFLY = "to stop, press Ctrl-C twice";

const NOTE =
  "Ctrl-C pressed once does not stop this wait: Pulumi does not pass it on to a dynamic resource. Pressed twice it does; what was done is kept, and the next run goes on from there.";

/** Tells what Ctrl-C does: in brief with the first line of each wait, and in full once, by the first operation to take long. */
export interface InterruptNote {
  /** `work` gets the log to write to. */
  during<T>(log: Log, work: (log: Log) => Promise<T>): Promise<T>;
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
    async during(log, work) {
      const end = begin(log);
      try {
        return await work(withBrief(log));
      } finally {
        end();
      }
    },
  };
}

function withBrief(log: Log): Log {
  let first = true;
  return {
    ...log,
    status(text) {
      log.status(first ? `${text}; ${BRIEFLY}` : text);
      first = false;
    },
  };
}
