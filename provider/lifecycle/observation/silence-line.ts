import type { Log } from "../../core/ctx";
import { formatDuration } from "../../core/duration";
import type { Timer } from "./timer";

/** Says on the line of the resource that asked last what a preview waits for, and in the end what came of it. */
export interface SilenceLine {
  begin(call: object, log: Log): void;
  /** The time that is told begins again. */
  answered(): void;
  end(call: object): void;
}

/** `name`: the endpoint's. Every `everyMs` without an answer is told. */
export function openSilenceLine(name: string, everyMs: number, timer: Timer): SilenceLine {
  const calls = new Map<object, Log>();
  /** Whose line says that an answer is awaited. */
  const told = new Set<Log>();
  let sinceMs = 0;
  let cancel: (() => void) | undefined;

  function arm(): void {
    cancel = timer.after(everyMs, () => {
      const log = [...calls.values()].at(-1);
      if (log !== undefined && timer.now() - sinceMs >= everyMs) {
        told.add(log);
        log.status(`waiting for an answer: ${name} (${waited()})`);
      }
      arm();
    });
  }

  const waited = () => formatDuration(Math.round((timer.now() - sinceMs) / 1_000) * 1_000);
  function close(how: string): void {
    for (const log of told) log.status(`${how}: ${name} (${waited()})`, "end");
    told.clear();
  }

  return {
    begin(call, log) {
      calls.set(call, log);
      if (calls.size > 1) return;
      sinceMs = timer.now();
      arm();
    },
    answered() {
      close("answered");
      sinceMs = timer.now();
    },
    end(call) {
      calls.delete(call);
      if (calls.size > 0) return;
      close("no longer waiting");
      cancel?.();
      cancel = undefined;
    },
  };
}
