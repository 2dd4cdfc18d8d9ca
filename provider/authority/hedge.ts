import { onAbort } from "../core/abort";

const FASTER = new DOMException("Another server was faster.", "AbortError");

/**
 * Tries one after another until one is good. The next begins when all earlier ones have failed, or after `hedgeMs`, while they
 * may still succeed. Those that still run when one succeeds are aborted. `bad` holds the failures, in order.
 */
export function firstGood<Item, Good, Bad>(
  items: readonly Item[],
  run: (item: Item, signal: AbortSignal) => Promise<{ readonly good: Good } | { readonly bad: Bad }>,
  hedgeMs: number,
  signal: AbortSignal,
): Promise<{ readonly good: Good } | { readonly bad: readonly Bad[] }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const control = new AbortController();
    const failures: Bad[] = [];
    let next = 0;
    let running = 0;
    let ended = false;
    let timer: NodeJS.Timeout | undefined;

    const end = () => {
      ended = true;
      clearTimeout(timer);
      release();
      // Mostly the first one answers and nothing else runs. An abort costs as much as a question, so it is skipped then.
      if (running > 0) control.abort(signal.reason ?? FASTER);
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const start = () => {
      clearTimeout(timer);
      const item = items[next];
      if (next >= items.length || item === undefined) return;
      next += 1;
      running += 1;
      if (next < items.length) timer = setTimeout(start, hedgeMs);
      run(item, control.signal).then(
        (result) => {
          running -= 1;
          if (ended) return;
          if ("good" in result) {
            end();
            resolve(result);
            return;
          }
          failures.push(result.bad);
          if (failures.length < items.length) {
            if (failures.length === next) start();
            return;
          }
          end();
          resolve({ bad: failures });
        },
        (error) => {
          running -= 1;
          if (ended) return;
          end();
          reject(error);
        },
      );
    };
    const release = onAbort(signal, stop);
    if (items.length > 0) start();
    else {
      end();
      resolve({ bad: [] });
    }
  });
}
