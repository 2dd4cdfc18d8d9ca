import { Overdue } from "../core/deadline";
import { HttpFault } from "../core/http";
import { clip } from "../core/text";
import { UnexpectedAnswer } from "./answer";
import { clockFault } from "./clock-fault";
import { CredentialsFault } from "./credentials-fault";
import {
  type AwsFault,
  type AwsFaultKind,
  CredentialsError,
  type FaultContext,
  passes,
  UNEXPECTED,
} from "./fault-types";
import { HINTS } from "./hints";
import { redact } from "./redact";

export { type AwsFault, AwsFaultError, type AwsFaultKind, CredentialsError, passes } from "./fault-types";
export { capital, hintFor, toSesError, wordFault } from "./fault-words";

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
/** Node's messages for a connection that was not made or did not last. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EAI_|EHOST|ENET|ERR_SOCKET|ERR_STREAM|UND_ERR)|socket hang up/;

interface VendorError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

/** Reads any error of an AWS call. Pure. */
export function classify(error: unknown, context: FaultContext): AwsFault {
  const { action, region, secrets, tokenless, variant, reader } = context;
  if (error instanceof CredentialsError) return classifyCredentials(error, context);
  const base = { action, region, requestId: undefined, tokenless, variant, reader };
  if (error instanceof CredentialsFault) {
    const { kind, name: code, message, hint } = error;
    return { ...base, kind, code, text: redact(message, secrets), answered: false, hint };
  }
  const seen = readError(error);
  const requestId = seen.requestId === undefined ? undefined : clip(seen.requestId);
  const text = redact(seen.message, secrets);
  if (error instanceof UnexpectedAnswer) {
    return { ...base, kind: "unavailable", code: UNEXPECTED, text, requestId, answered: true };
  }
  if (error instanceof HttpFault) {
    const { place } = error;
    const hint = error.untrusted ? `${error.hint ?? ""} ${HINTS[reader ?? "program"].ownAuthority}`.trim() : error.hint;
    const kind = error.code === "ENOTFOUND" ? kindOf(seen, context) : "unavailable";
    return { ...base, kind, code: clip(error.code), text, answered: false, place, hint };
  }
  const clock = clockFault(error, seen);
  const overdue = error instanceof Overdue;
  return {
    ...base,
    kind: clock !== undefined ? "clock" : overdue ? "unavailable" : kindOf(seen, context),
    code: clip((overdue || seen.name === "Error") && seen.code !== "" ? seen.code : seen.name),
    text,
    requestId,
    answered: seen.status !== undefined,
    difference: clock?.difference,
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
  // Who refuses has answered.
  return seen.status === undefined ? "unsent" : "refused";
}

function classifyCredentials(error: CredentialsError, context: FaultContext): AwsFault {
  const seen = classify(error.reason, { ...context, action: "sts:AssumeRole", regional: false });
  if (error.reason instanceof CredentialsFault) return { ...seen, action: context.action };
  const inner = error.source === undefined ? seen : { ...seen, text: `${error.source}: ${seen.text}` };
  if (passes(inner) || inner.kind === "permission-missing" || inner.kind === "clock") return inner;
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
