import type { Clock } from "../core/clock";
import type { Log, StatusKind } from "../core/ctx";

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
  const begin = (log: Log, again: () => void) => {
    const control = new AbortController();
    clock.sleep(LONG_MS, control.signal).then(
      () => {
        if (told) return;
        told = true;
        log.info(NOTE);
        again();
      },
      () => undefined,
    );
    return () => control.abort();
  };
  return {
    async during(log, work) {
      const brief = withBrief(log);
      const end = begin(log, brief.again);
      try {
        return await work(brief.log);
      } finally {
        end();
        brief.finish();
      }
    },
  };
}

function withBrief(log: Log) {
  let lines = 0;
  let last = "";
  let ended = false;
  return {
    log: {
      ...log,
      status(text: string, kind?: StatusKind) {
        ended = kind === "end";
        last = text;
        if (ended) return log.status(text, kind);
        lines += 1;
        // At the end of the line, where a narrow window cuts it off rather than the counts.
        log.status(lines === 1 ? `${text}; ${BRIEFLY}` : text, kind);
      },
    },
    /** The display shows the last message of any kind: a message that stays has taken the line's place. */
    again() {
      if (lines === 0 || ended) return;
      lines += 1;
      log.status(last);
    },
    /** The last line stays on the screen: there is nothing to stop any more. */
    finish() {
      if (lines === 1 && !ended) log.status(last);
    },
  };
}
