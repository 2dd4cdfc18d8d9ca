export interface Timer {
  /** Milliseconds that only grow. */
  now(): number;
  /** Returns how to cancel it. */
  after(ms: number, work: () => void): () => void;
}

/** Sockets do not follow a clock that a test turns. */
export const REAL_TIMER: Timer = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
