import type { HttpFault } from "../faults";
import { AwsError, accessDenied, type Dialect, errorReply, throttled } from "./errors";
import type { HttpReply } from "./message";

/** Who asked, and for what. */
export interface FaultRequest {
  readonly arn: string;
  /** The IAM action. */
  readonly permission: string;
  readonly requestId: string;
}

/** What a fault answers instead of the operation; `undefined` where it leaves the answer. */
export function faultReply(fault: HttpFault, dialect: Dialect, asked: FaultRequest): HttpReply | undefined {
  const { kind, status, body, contentType } = fault;
  if (kind === "reply")
    return { status: status ?? 200, headers: { "content-type": contentType ?? "application/json" }, body: body ?? "" };
  const refusal = refusalOf(fault, asked);
  return refusal && errorReply(refusal, dialect, asked.requestId);
}

function refusalOf(
  { kind, status, code, message }: HttpFault,
  { arn, permission }: FaultRequest,
): AwsError | undefined {
  if (kind === "throttle") return throttled();
  if (kind === "deny") return accessDenied(arn, permission, "*");
  if (kind !== "error") return undefined;
  if (code !== undefined) return new AwsError(code, message ?? "The emulator was told to refuse this.", status ?? 400);
  return status === 500
    ? new AwsError("InternalFailure", "We encountered an internal error. Please try again.", 500)
    : new AwsError("ServiceUnavailable", "The service is temporarily unavailable.", status ?? 503);
}
