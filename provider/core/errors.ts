import { clip, LONGEST_LINE, printable } from "./text";

export interface ErrorDetails {
  /** What the reader can do about it, as a sentence. */
  readonly hint?: string;
  /** Whether the same call may succeed later with nothing changed. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The one family of errors that leaves a module. `code` is stable, kebab-case, and documented. `message`: text, or its lines. */
export class SesDomainError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string | readonly string[], details: ErrorDetails = {}) {
    super(linesOf(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint === undefined ? undefined : clip(details.hint, LONGEST_LINE);
    this.retryable = details.retryable ?? false;
  }
}

/**
 * Its message holds words of others (core/text.ts), so a text is one line, whatever is in it; several lines are handed
 * over as a list.
 */
class ReportedError extends SesDomainError {
  constructor(code: string, message: string | readonly string[], details: ErrorDetails = {}) {
    super(code, [message].flat(), details);
  }
}

/** From `ses/` and `aws/`: SES, STS, credentials. */
export class SesError extends ReportedError {}
export interface DnsHostErrorDetails extends ErrorDetails {
  /** With `zone-missing` only: the host itself has said that the zone does not exist. Default: that is not known. */
  readonly zoneGone?: boolean;
}

/** From `dns/`: a DNS host refused, failed, or does not hold the zone. Names host and zone. */
export class DnsHostError extends ReportedError {
  readonly zoneGone: boolean;

  constructor(code: string, message: string | readonly string[], details: DnsHostErrorDetails = {}) {
    super(code, message, details);
    this.zoneGone = details.zoneGone ?? false;
  }
}
/**
 * From `authority/`: the name servers could not be asked. Never says that a record is absent. How to ask in another way, the
 * finding says: a program has an argument for it, the doctor an option.
 */
export class AuthorityError extends ReportedError {}
/** The wait ended before the domain was verified. */
export class TimeoutError extends SesDomainError {}

const LONGEST_FOREIGN = 1_000;

function linesOf(message: string | readonly string[]): string {
  return typeof message === "string" ? printable(message) : message.map((line) => clip(line, LONGEST_LINE)).join("\n");
}

/** The message with its hint, for a person. What Node or a library threw is foreign text: one line. */
export function explain(error: unknown): string {
  if (error instanceof SesDomainError) {
    if (!error.hint) return error.message;
    // After lines of their own, the last of which may be a command, so is the hint.
    return `${error.message}${error.message.includes("\n") ? "\n" : " "}${error.hint}`;
  }
  return clip(error instanceof Error ? error.message : String(error), LONGEST_FOREIGN);
}

/** Whether a host has said that the zone does not exist, so that nothing is left in it. A refusal alone does not say so. */
export function isZoneGone(error: unknown): boolean {
  return error instanceof DnsHostError && error.code === "zone-missing" && error.zoneGone;
}
