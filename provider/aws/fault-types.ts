import type { FaultPlace } from "../core/http-fault";
import type { ClockDifference } from "./clock-fault";
import type { Reader } from "./hints";
import type { AwsAction } from "./permissions";

export type AwsFaultKind =
  | "credentials-missing"
  | "credentials-refused"
  | "permission-missing"
  | "region-unknown"
  | "throttled"
  | "unavailable"
  /** The signature's time is not AWS's: this machine's clock, not the credentials. */
  | "clock"
  /** Nothing was sent: what is wrong lies here. */
  | "unsent"
  | "refused";

/** What an AWS call ended with, in our terms. `code` is AWS's name for it, `text` its message without secrets. */
export interface AwsFault {
  readonly kind: AwsFaultKind;
  readonly action: AwsAction;
  readonly region: string;
  readonly code: string;
  readonly text: string;
  readonly requestId: string | undefined;
  /** Whether the service itself said so: false where no answer came. */
  readonly answered: boolean;
  /** The way out, where the cause itself tells. */
  readonly hint?: string | undefined;
  /** Where no answer came: on the way, while TLS was agreed on, at a proxy. */
  readonly place?: FaultPlace | undefined;
  /** With `clock`: how far apart the clocks are, where that was seen. */
  readonly difference?: ClockDifference | undefined;
  /** With `credentials-refused`: a temporary key came without its session token. */
  readonly tokenless?: boolean | undefined;
  /** The kind of endpoint that was asked for: FIPS, dual-stack. */
  readonly variant?: string | undefined;
  /** Where it is read; default: at a program. */
  readonly reader?: Reader | undefined;
}

/** Carries a fault from the call to the port, which words it for its own readers. Holds nothing of the SDK's error. */
export class AwsFaultError extends Error {
  readonly fault: AwsFault;

  constructor(fault: AwsFault) {
    super(`${fault.action}: ${fault.code}: ${fault.text}`);
    this.name = "AwsFaultError";
    this.fault = fault;
  }
}

/** Thrown by our credential provider, so that a refusal of STS is not taken for one of the service asked. */
export class CredentialsError extends Error {
  readonly reason: unknown;
  /** The profile or the role that was to give them, where it was one. */
  readonly source: string | undefined;

  constructor(reason: unknown, source?: string) {
    super("The AWS credentials could not be obtained");
    this.name = "CredentialsError";
    this.reason = reason;
    this.source = source;
  }
}

/** The code of an answer that is none of AWS's. */
export const UNEXPECTED = "UnexpectedAnswer";

export interface FaultContext {
  readonly action: AwsAction;
  readonly region: string;
  /** Whether the endpoint's host name was made from the region, so that its absence says something of the region. */
  readonly regional: boolean;
  readonly secrets: readonly string[];
  readonly tokenless?: boolean | undefined;
  readonly variant?: string | undefined;
  readonly reader?: Reader | undefined;
}

/** Whether the same call may succeed later with nothing changed. */
export function passes(fault: AwsFault): boolean {
  return fault.kind === "throttled" || fault.kind === "unavailable";
}
