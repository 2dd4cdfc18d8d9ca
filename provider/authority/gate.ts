import { onAbort } from "../core/abort";

/** Lets a bounded number in at once; the others wait in the order they came. */
export interface Gate {
  /** Rejects with the signal's reason when it aborts before there is room. Who enters must leave. */
  enter(signal: AbortSignal): Promise<void> | undefined;
  leave(): void;
}

/** `enter` returns undefined where there is room at once: a promise for each of thousands of questions costs. */
export function openGate(room: number): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();
  return {
    enter(signal) {
      signal.throwIfAborted();
      if (inside < room) {
        inside += 1;
        return undefined;
      }
      return new Promise((resolve, reject) => {
        const stop = () => {
          waiting.delete(admit);
          reject(signal.reason);
        };
        const admit = () => {
          release();
          resolve();
        };
        waiting.add(admit);
        const release = onAbort(signal, stop);
      });
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) inside -= 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}

/** A gate of its own for each key, as long as somebody is inside. */
export interface Gates {
  enter(key: string, signal: AbortSignal): Promise<void> | undefined;
  leave(key: string): void;
}

export function openGates(room: number): Gates {
  const gates = new Map<string, { readonly gate: Gate; guests: number }>();
  return {
    enter(key, signal) {
      signal.throwIfAborted();
      const known = gates.get(key) ?? { gate: openGate(room), guests: 0 };
      gates.set(key, known);
      known.guests += 1;
      return known.gate.enter(signal)?.catch((error: unknown) => {
        forget(key);
        throw error;
      });
    },
    leave(key) {
      gates.get(key)?.gate.leave();
      forget(key);
    },
  };

  function forget(key: string): void {
    const known = gates.get(key);
    if (known === undefined) return;
    known.guests -= 1;
    if (known.guests === 0) gates.delete(key);
  }
}
