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

/** The Pulumi stack that an operation is for. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** What every operation is handed: time, a place for words, the wish to stop, and for whom it is. */
export interface Ctx {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with each definite answer of a call that takes several, for who bounds how long an endpoint may be silent. */
  readonly answered?: () => void;
  /** For notes that people read at a host; nothing is decided by it. Left out where no stack asks: the doctor. */
  readonly owner?: StackName;
}
