import type { Log } from "../../core/ctx";
import { formatDuration } from "../../core/duration";
import type { Timer } from "./timer";

/** Says on the line of the resource that asked last what a preview waits for. */
export interface SilenceLine {
  begin(call: object, log: Log): void;
  /** The time that is told begins again. */
  answered(): void;
  end(call: object): void;
}

/** `name`: the endpoint's. Every `everyMs` without an answer is told. */
export function openSilenceLine(name: string, everyMs: number, timer: Timer): SilenceLine {
  const calls = new Map<object, Log>();
  let sinceMs = 0;
  let cancel: (() => void) | undefined;

  function arm(): void {
    cancel = timer.after(everyMs, () => {
      const waitedMs = timer.now() - sinceMs;
      if (waitedMs >= everyMs) {
        const seconds = formatDuration(Math.round(waitedMs / 1_000) * 1_000);
        [...calls.values()].at(-1)?.status(`waiting for an answer: ${name} (${seconds})`);
      }
      arm();
    });
  }

  return {
    begin(call, log) {
      calls.set(call, log);
      if (calls.size > 1) return;
      sinceMs = timer.now();
      arm();
    },
    answered() {
      sinceMs = timer.now();
    },
    end(call) {
      calls.delete(call);
      if (calls.size > 0) return;
      cancel?.();
      cancel = undefined;
    },
  };
}
