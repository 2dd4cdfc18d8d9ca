import { onAbort } from "../abort";

/** Lets a bounded number of callers work at once; the others wait in the order they came. */
export interface Semaphore {
  /** Rejects with the signal's reason when it aborts before there is room. Every caller that got in must `release`. */
  acquire(signal: AbortSignal): Promise<void> | undefined;
  release(): void;
}

/** `acquire` returns undefined where there is room at once: a promise for each of thousands of questions costs. */
export function openSemaphore(room: number): Semaphore {
  let inside = 0;
  const waiting = new Set<() => void>();
  return {
    acquire(signal) {
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
          unwatch();
          resolve();
        };
        waiting.add(admit);
        const unwatch = onAbort(signal, stop);
      });
    },
    release() {
      const [next] = waiting;
      if (next === undefined) inside -= 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}

/** A semaphore of its own for each key, as long as a caller holds it or waits for it. */
export interface KeyedSemaphore {
  acquire(key: string, signal: AbortSignal): Promise<void> | undefined;
  release(key: string): void;
}

export function openKeyedSemaphore(room: number): KeyedSemaphore {
  const held = new Map<string, { readonly semaphore: Semaphore; users: number }>();
  return {
    acquire(key, signal) {
      signal.throwIfAborted();
      const known = held.get(key) ?? { semaphore: openSemaphore(room), users: 0 };
      held.set(key, known);
      known.users += 1;
      return known.semaphore.acquire(signal)?.catch((error: unknown) => {
        forget(key);
        throw error;
      });
    },
    release(key) {
      held.get(key)?.semaphore.release();
      forget(key);
    },
  };

  function forget(key: string): void {
    const known = held.get(key);
    if (known === undefined) return;
    known.users -= 1;
    if (known.users === 0) held.delete(key);
  }
}
