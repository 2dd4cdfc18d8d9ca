import type { Timer } from "./timer";

/**
 * How long the strict previews of one process wait in all for answers that do not come: waits that overlap count once. A wait
 * that ends with an answer does not count. However many endpoints are silent, it is not longer than `limitMs` and four times
 * `lastMs`.
 */
export interface StrictWait<Key> {
  /** False where no more may be waited for this endpoint, also where it was not asked yet. */
  begin(key: Key): boolean;
  /** An answer that is of use: what was waited for it so far does not count. */
  answered(key: Key): void;
  end(key: Key): void;
  /** How long the endpoint has been waited for since its last answer. */
  sinceAnswerMs(key: Key): number;
}

interface StrictWaitOptions<Key> {
  readonly limitMs: number;
  /**
   * Once the limit is reached, each other endpoint is given so long at most: those that have never answered share twice that.
   * Twice that is kept for those that have, so that what still answers is still asked.
   */
  readonly lastMs: number;
  readonly timer: Timer;
  /** No more may be waited for this endpoint now. */
  readonly giveUp: (key: Key) => void;
}

interface OpenWait {
  calls: number;
  sinceMs: number;
}

export function openStrictWait<Key>({ limitMs, lastMs, timer, giveUp }: StrictWaitOptions<Key>): StrictWait<Key> {
  const open = new Map<Key, OpenWait>();
  /** Waits that ended without an answer, apart from one another and in their order. */
  let past: readonly (readonly [fromMs: number, toMs: number])[] = [];
  /** Endpoints that were given up after the limit. */
  const givenUp = new Set<Key>();
  const last = new Map<Key, () => void>();
  const heard = new Set<Key>();
  let cancel: (() => void) | undefined;

  function waitedMs(): number {
    const since = [...open.values()].map(({ sinceMs }) => sinceMs);
    const now = timer.now();
    const all = since.length === 0 ? past : joined([...past, [Math.min(...since), now]]);
    return all.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);
  }

  /** How much longer the endpoint may be waited for, once the limit is reached. */
  function restMs(key: Key): number {
    return Math.min(lastMs, limitMs + (heard.has(key) ? 4 : 2) * lastMs - waitedMs());
  }

  /** While something is waited for, the time runs: it is over when what is left of it has passed, or later. */
  function arm(): void {
    cancel?.();
    cancel = open.size === 0 ? undefined : timer.after(Math.max(0, limitMs - waitedMs()), look);
  }

  function look(): void {
    cancel = undefined;
    if (waitedMs() < limitMs) {
      arm();
      return;
    }
    for (const [key, { sinceMs }] of [...open]) {
      if (timer.now() - sinceMs >= lastMs) stop(key);
      else giveLast(key);
    }
  }

  function stop(key: Key): void {
    givenUp.add(key);
    giveUp(key);
  }

  function giveLast(key: Key): void {
    last.get(key)?.();
    last.set(
      key,
      timer.after(Math.max(0, restMs(key)), () => stop(key)),
    );
  }

  return {
    begin(key) {
      if (givenUp.has(key) || restMs(key) <= 0) return false;
      const known = open.get(key);
      if (known !== undefined) {
        known.calls += 1;
        return true;
      }
      const over = waitedMs() >= limitMs;
      open.set(key, { calls: 1, sinceMs: timer.now() });
      if (over) giveLast(key);
      else arm();
      return true;
    },
    answered(key) {
      const wait = open.get(key);
      if (wait === undefined) return;
      heard.add(key);
      wait.sinceMs = timer.now();
      if (last.has(key)) giveLast(key);
    },
    end(key) {
      const wait = open.get(key);
      if (wait === undefined) return;
      wait.calls -= 1;
      if (wait.calls > 0) return;
      open.delete(key);
      last.get(key)?.();
      last.delete(key);
      past = joined([...past, [wait.sinceMs, timer.now()]]);
      if (open.size === 0) arm();
    },
    sinceAnswerMs: (key) => timer.now() - (open.get(key)?.sinceMs ?? timer.now()),
  };
}

type Span = readonly [fromMs: number, toMs: number];

/** The same time as spans that do not overlap. */
function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const [fromMs, toMs] of [...spans].sort(([a], [b]) => a - b)) {
    const before = all.at(-1);
    if (before !== undefined && fromMs <= before[1]) all.splice(-1, 1, [before[0], Math.max(before[1], toMs)]);
    else all.push([fromMs, toMs]);
  }
  return all;
}
