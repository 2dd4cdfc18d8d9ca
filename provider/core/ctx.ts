import type { Clock } from "./clock";
import type { Fqdn } from "./fqdn";

/** Where words for people go. Nothing below `hosts/` and `cli/` writes to the console. */
export interface Log {
  /**
   * Replaces what the resource's line shows now; a sink without a terminal prints it where it differs from the last. `tick`:
   * only the time has changed, so that such a sink may leave it out; `end`: what was reached.
   */
  status(text: string, kind?: StatusKind): void;
  info(text: string): void;
  warn(text: string): void;
  debug(text: string): void;
}

/** What a line says at a time, by the clock. */
export type Timed = (nowMs: number) => string;

/** The line of one operation. */
export interface StatusLine {
  /** What it says from now on: shown at once where `key` is another than before. */
  show(key: string, text: Timed): void;
  /** What it says from now on: shown only when the line is due, since most steps are short. */
  expect(text: Timed): void;
  /** What was reached: the last thing that the line says. */
  end(text: string): void;
  /** Whether the line has said anything. */
  readonly shown: boolean;
}

export type StatusKind = "tick" | "end";

export const silentLog: Log = { status() {}, info() {}, warn() {}, debug() {} };

/** The Pulumi stack that an operation is for. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** What every operation is handed: time, a place for words, the wish to stop, for whom it is, and for which domain. */
export interface Ctx {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /**
   * Called with each answer of a call that takes several, and with each part of one that is long, for who bounds how long an
   * endpoint may be silent. `refusal`: why this answer does not help yet (throttled, a failure of its own), without secrets.
   */
  readonly answered?: (refusal?: string) => void;
  /** The operation's line, where it has one (core/status-line.ts). */
  readonly line?: StatusLine;
  /** For notes that people read at a host; nothing is decided by it. Left out where no stack asks: the doctor. */
  readonly owner?: StackName;
  /**
   * The domain whose allowance of questions to DNS is used up, where other names are read for it. Left out: the name
   * that is read, without labels that begin with an underscore.
   */
  readonly domain?: Fqdn;
  /** For what is asked again and again until it changes: such questions share requests, and leave the quota to others. */
  readonly waits?: boolean;
  /** For a preview that fails where it cannot learn something: it waits less for answers that do not come. */
  readonly strict?: boolean;
}
