/**
 * How long network exchanges may take, in milliseconds of real time: network traffic does not follow the clock of a test.
 */
export interface Timeouts {
  /** The first try: UDP with EDNS. */
  readonly udpMs: number;
  /** The last: UDP without EDNS and TCP at once; also TCP alone, after a truncated answer. */
  readonly lastMs: number;
  /** For a server that was silent a moment ago: only the last try, this long. More than a slow server takes. */
  readonly quietMs: number;
  /** On the way down from the root, where one answer is enough: the next server is asked after this long, while the first may still answer. */
  readonly hedgeMs: number;
  /** One question over HTTPS. */
  readonly httpsMs: number;
  /** The longest time for one whole look. */
  readonly lookMs: number;
}

export const TIMEOUTS: Timeouts = {
  udpMs: 1_000,
  lastMs: 3_000,
  quietMs: 2_000,
  hedgeMs: 400,
  httpsMs: 8_000,
  lookMs: 15_000,
};

/** Milliseconds of a clock that only goes forward. */
export function realNowMs(): number {
  return performance.now();
}
