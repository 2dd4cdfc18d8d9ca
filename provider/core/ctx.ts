import type { Clock } from "./clock";

/** Where words for people go. Nothing below `hosts/` and `cli/` writes to the console. */
export interface Log {
  /** Replaces what the resource's line shows now; a sink without a terminal prints it where it differs from the last. */
  status(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  debug(text: string): void;
}

export const silentLog: Log = { status() {}, info() {}, warn() {}, debug() {} };

/** What every operation is handed: time, a place for words, and the wish to stop. */
export interface Ctx {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}
