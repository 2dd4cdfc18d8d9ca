import { Overdue } from "../core/deadline";
import { SesError } from "../core/errors";
import { HttpFault } from "../core/http";
import { clip } from "../core/text";
import { UnexpectedAnswer } from "./answer";
import type { AwsAction } from "./permissions";
import { redact } from "./redact";

export type AwsFaultKind =
  | "credentials-missing"
  | "credentials-refused"
  | "permission-missing"
  | "region-unknown"
  | "throttled"
  | "unavailable"
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

const REFUSED_CREDENTIALS = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "RequestExpired",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "InvalidAccessKeyId",
  "AuthFailure",
  "OptInRequired",
  "NotAuthorizedException",
  "AccountSuspendedException",
]);
const DENIED = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"]);
const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
]);
const UNAVAILABLE = new Set([
  "ConcurrentModificationException",
  "InternalFailure",
  "InternalServiceErrorException",
  "PriorRequestNotComplete",
  "ServiceUnavailable",
  "TimeoutError",
  "NetworkingError",
]);
/** Node's words for a connection that was not made or did not last. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EAI_|EHOST|ENET|ERR_SOCKET|ERR_STREAM|UND_ERR)|socket hang up/;

const UNEXPECTED = "UnexpectedAnswer";

interface VendorError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

export interface FaultContext {
  readonly action: AwsAction;
  readonly region: string;
  /** Whether the endpoint's host name was made from the region, so that its absence says something of the region. */
  readonly regional: boolean;
  readonly secrets: readonly string[];
}

/** Reads any error of an AWS call. Pure. */
export function classify(error: unknown, context: FaultContext): AwsFault {
  const { action, region, secrets } = context;
  if (error instanceof CredentialsError) return classifyCredentials(error, context);
  const seen = readError(error);
  const unexpected = error instanceof UnexpectedAnswer;
  const lost = error instanceof HttpFault || error instanceof Overdue;
  return {
    kind: unexpected || (lost && seen.code !== "ENOTFOUND") ? "unavailable" : kindOf(seen, context),
    action,
    region,
    code: clip((lost || seen.name === "Error") && seen.code !== "" ? seen.code : seen.name),
    text: redact(seen.message, secrets),
    requestId: seen.requestId === undefined ? undefined : clip(seen.requestId),
    answered: unexpected || seen.status !== undefined,
  };
}

function kindOf(seen: VendorError, { regional }: FaultContext): AwsFaultKind {
  if (seen.name === "CredentialsProviderError" || seen.name === "TokenProviderError") return "credentials-missing";
  if (THROTTLED.has(seen.name)) return "throttled";
  if (REFUSED_CREDENTIALS.has(seen.name)) return "credentials-refused";
  if (DENIED.has(seen.name)) return "permission-missing";
  if (seen.code === "ENOTFOUND") return regional ? "region-unknown" : "unavailable";
  if (UNAVAILABLE.has(seen.name) || NETWORK.test(seen.code) || NETWORK.test(seen.message)) return "unavailable";
  if (seen.status === 429) return "throttled";
  if (seen.status !== undefined && seen.status >= 500) return "unavailable";
  return "refused";
}

function classifyCredentials(error: CredentialsError, context: FaultContext): AwsFault {
  const seen = classify(error.reason, { ...context, action: "sts:AssumeRole", regional: false });
  const inner = error.source === undefined ? seen : { ...seen, text: `${error.source}: ${seen.text}` };
  if (passes(inner) || inner.kind === "permission-missing") return inner;
  const expired = inner.kind === "credentials-refused" || /expired|sso session|invalid/i.test(seen.text);
  return { ...inner, action: context.action, kind: expired ? "credentials-refused" : "credentials-missing" };
}

function readError(error: unknown): VendorError {
  const bag: Record<string, unknown> = typeof error === "object" && error !== null ? { ...error } : {};
  const metadata = isRecord(bag.$metadata) ? bag.$metadata : {};
  return {
    name: error instanceof Error ? error.name : "Error",
    message: messageOf(error, bag),
    code: typeof bag.code === "string" ? bag.code : "",
    status: typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined,
    requestId: typeof metadata.requestId === "string" ? metadata.requestId : undefined,
  };
}

/** Route 53 words some refusals as a list, with an empty message. */
function messageOf(error: unknown, bag: Readonly<Record<string, unknown>>): string {
  const messages = Array.isArray(bag.messages)
    ? bag.messages
    : isRecord(bag.messages)
      ? bag.messages.Message
      : undefined;
  const said = error instanceof Error ? error.message : String(error);
  const listed = [messages].flat().filter((each) => typeof each === "string" && !said.includes(each));
  return [said === "UnknownError" && listed.length > 0 ? "" : said, ...listed].filter((each) => each !== "").join("; ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether the same call may succeed later with nothing changed. */
export function passes(fault: AwsFault): boolean {
  return fault.kind === "throttled" || fault.kind === "unavailable";
}

const SES_CODES = {
  "credentials-missing": "credentials-missing",
  "credentials-refused": "credentials-refused",
  "permission-missing": "permission-missing",
  "region-unknown": "region-unknown",
  throttled: "throttled",
  unavailable: "ses-unavailable",
  refused: "ses-refused",
} as const satisfies Record<AwsFaultKind, string>;

/** The fault as SES's readers are told it; `doing` is a clause such as `asking SES to verify example.com`. */
export function toSesError(error: unknown, doing: string): unknown {
  if (!(error instanceof AwsFaultError)) return error;
  const { fault } = error;
  return new SesError(SES_CODES[fault.kind], `${capital(doing)} in ${fault.region} failed: ${wordFault(fault)}`, {
    hint: hintFor(fault),
    retryable: passes(fault),
  });
}

/** What happened, with AWS's own code, message and request id. */
export function wordFault(fault: AwsFault): string {
  const id = fault.requestId === undefined ? "" : ` (request ${fault.requestId})`;
  const said = `${fault.code}: ${fault.text.replace(/\.$/, "")}${id}.`;
  switch (fault.kind) {
    case "credentials-missing":
      return `there are no AWS credentials. ${said}`;
    case "credentials-refused":
      return `AWS does not accept the credentials. ${said}`;
    case "permission-missing":
      return `the permission ${fault.action} is missing. ${said}`;
    case "region-unknown":
      return `no endpoint answers for the region ${fault.region}. ${said}`;
    case "throttled":
      return `AWS throttles ${fault.action}. ${said}`;
    case "unavailable":
      return fault.code === UNEXPECTED
        ? `what came is no answer of AWS's, so nothing is known: ${fault.text}.`
        : `AWS could not be reached or failed. ${said}`;
    case "refused":
      return `AWS refused ${fault.action}. ${said}`;
  }
}

/** What the reader can do about it. */
export function hintFor(fault: AwsFault): string {
  switch (fault.kind) {
    case "credentials-missing":
      return "Set stack config (aws:profile, or aws:accessKey and aws:secretKey with --secret) or the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID), or log in (aws sso login).";
    case "credentials-refused":
      return /expired/i.test(`${fault.code} ${fault.text}`)
        ? "They have expired: log in again or renew the session token."
        : `Check the key and its secret, and that the region ${fault.region} is enabled for the account.`;
    case "permission-missing":
      return `Allow ${fault.action} in the IAM policy of these credentials.`;
    case "region-unknown":
      return "Check the spelling, that SES exists there (https://docs.aws.amazon.com/general/latest/gr/ses.html), and the network.";
    case "throttled":
      return "Others use up the account's rate; run again later.";
    case "unavailable":
      if (fault.code === UNEXPECTED)
        return "Something may answer in AWS's place: check aws:endpoints, AWS_ENDPOINT_URL and the proxies of the network.";
      return "Run again; if it stays so, check the network and https://health.aws.amazon.com.";
    case "refused":
      return "AWS says above what it does not take; the same call will be refused again.";
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
