import { onAbort } from "../core/abort";
import { realNowMs } from "./timeouts";

/** A silent address gets this many times what the slowest of those that answered took, in addition: a busy machine slows all. */
const PATIENCE = 8;
/** More than a slow server takes, however fast the others are. */
const LEAST_MS = 2_000;
/** For an address that answered nothing at all a moment ago. */
const LEAST_QUIET_MS = 150;
/** So long the first packet alone is waited for. */
const FIRST_MS = 150;
/** A timer that is later than this shows that the process was busy. */
const BUSY_MS = 20;

/** One question to all addresses of a zone: where most answer fast, one that is silent is given up sooner. */
export interface Peers {
  /** An address has answered. */
  heard(): void;
  /** Calls `act` once enough have answered, and `FIRST_MS` have gone for this address too. Returns how to stop. */
  onImpatience(act: () => void): () => void;
  /** Aborts with `over` when an address that was asked at once and is silent is given up; `quiet`: one that was silent a moment ago. */
  signal(quiet: boolean): AbortSignal;
  /** How long a silent address is waited for, in ms from its own question on: its turn may have come late. */
  patienceMs(quiet: boolean): number;
  readonly over: DOMException;
  /** No address is waited for any more. */
  close(): void;
}

export function openPeers(total: number, outer: AbortSignal): Peers {
  const startedMs = realNowMs();
  const over = new DOMException("Its peers have answered long since.", "AbortError");
  const controls = { patient: new AbortController(), quiet: new AbortController() };
  const waiting = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();
  let answered = 0;
  let slowestMs = 0;
  let impatient = false;
  let hasFired = false;
  const release = onAbort(outer, () => {
    for (const one of Object.values(controls)) one.abort(outer.reason);
  });

  function at(dueMs: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const lateMs = realNowMs() - dueMs;
        // Nothing is read while the process is busy: that time is added. Packets that have arrived are read first.
        if (lateMs > BUSY_MS) at(realNowMs() + lateMs, act);
        else setImmediate(act);
      },
      Math.max(0, dueMs - realNowMs()),
    );
    timers.add(timer);
  }

  const patienceMs = (quiet: boolean) => (quiet ? LEAST_QUIET_MS : LEAST_MS) + slowestMs * PATIENCE;

  function fire(): void {
    hasFired = true;
    for (const act of [...waiting]) act();
    at(startedMs + patienceMs(true), () => controls.quiet.abort(over));
    at(startedMs + patienceMs(false), () => controls.patient.abort(over));
  }

  return {
    over,
    patienceMs,
    signal: (quiet) => (quiet ? controls.quiet : controls.patient).signal,
    heard() {
      answered += 1;
      slowestMs = realNowMs() - startedMs;
      if (impatient || total < 2 || answered < Math.ceil(total / 2)) return;
      impatient = true;
      at(startedMs + FIRST_MS, fire);
    },
    onImpatience(act) {
      const actOnce = () => {
        if (waiting.delete(actOnce)) act();
      };
      waiting.add(actOnce);
      if (hasFired) at(realNowMs() + FIRST_MS, actOnce);
      return () => waiting.delete(actOnce);
    },
    close() {
      release();
      for (const timer of timers) clearTimeout(timer);
      // Ends what is asked in addition.
      if (impatient) for (const one of Object.values(controls)) one.abort(over);
    },
  };
}
