import { onAbort } from "../core/abort";
import type { Peers } from "./peers";
import { realNowMs } from "./timeouts";

/** What one question has of its own: when it ends, and what is called for each message of the address. */
export interface OwnLimits {
  readonly signal: AbortSignal;
  readonly onMessage: () => void;
}

/** `meanwhile`: asks in all ways at once, while `first` may still be answered; undefined without an answer. */
interface Ways<T> {
  readonly first: (own: OwnLimits) => Promise<T>;
  readonly meanwhile: (own: OwnLimits) => Promise<T | undefined>;
}

/**
 * Asks an address what others are asked too: where it is silent while they have answered, it is asked in all ways at once,
 * and given up sooner. One that has said anything is waited for as long as without the others. `undefined`: given up.
 */
export async function askAmong<T>(peers: Peers, quiet: boolean, ways: Ways<T>): Promise<T | undefined> {
  const control = new AbortController();
  const askedMs = realNowMs();
  let hasSpoken = false;
  let timer: NodeJS.Timeout | undefined;
  let found: T | undefined;
  const own: OwnLimits = {
    signal: control.signal,
    onMessage() {
      hasSpoken = true;
    },
  };
  const giveUp = () => {
    if (hasSpoken) return;
    const restMs = askedMs + peers.patienceMs(quiet) - realNowMs();
    if (restMs > 0) timer = setTimeout(giveUp, restMs);
    else control.abort(peers.over);
  };
  const signal = peers.signal(quiet);
  const stop = () => (signal.reason === peers.over ? giveUp() : control.abort(signal.reason));
  const release = onAbort(signal, stop);
  if (signal.aborted) stop();
  const askMeanwhile = () => {
    const keep = (answer: T | undefined) => {
      if (answer === undefined) return;
      found = answer;
      control.abort(peers.over);
    };
    ways.meanwhile(own).then(keep, () => undefined);
  };
  const unwatch = quiet ? undefined : peers.onImpatience(askMeanwhile);
  try {
    return await ways.first(own);
  } catch (error) {
    if (error !== peers.over) throw error;
    return found;
  } finally {
    unwatch?.();
    release();
    clearTimeout(timer);
    // Ends what was asked in addition.
    control.abort(peers.over);
  }
}
