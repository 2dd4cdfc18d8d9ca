export interface ErrorDetails {
  /** What the reader can do about it, as a sentence. */
  readonly hint?: string;
  /** Whether the same call may succeed later with nothing changed. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The one family of errors that leaves a module. `code` is stable, kebab-case, and documented. */
export class SesDomainError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
  }
}

/** From `ses/` and `aws/`: SES, STS, credentials. */
export class SesError extends SesDomainError {}
/** From `dns/`: a DNS host refused, failed, or does not hold the zone. Names host and zone. */
export class DnsHostError extends SesDomainError {}
/** From `authority/`: the name servers could not be asked. Never says that a record is absent. */
export class AuthorityError extends SesDomainError {}
/** The wait ended before the domain was verified. */
export class TimeoutError extends SesDomainError {}

/** The message with its hint, for a person. */
export function explain(error: unknown): string {
  if (error instanceof SesDomainError) {
    if (!error.hint) return error.message;
    // After lines of their own, the last of which may be a command, so is the hint.
    return `${error.message}${error.message.includes("\n") ? "\n" : " "}${error.hint}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** True where the operation ended because its signal said so. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutAbort");
}
