import { formatDuration } from "../core/duration";
import { SesError } from "../core/errors";
import { type AwsFault, AwsFaultError, type AwsFaultKind, passes, UNEXPECTED } from "./fault-types";
import { HINTS } from "./hints";
import { partitionOf } from "./region";

const SES_CODES = {
  "credentials-missing": "credentials-missing",
  "credentials-refused": "credentials-refused",
  "permission-missing": "permission-missing",
  "region-unknown": "region-unknown",
  throttled: "throttled",
  unavailable: "ses-unavailable",
  clock: "clock-skew",
  unsent: "ses-unsent",
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
  const own = `${fault.text.replace(/\.$/, "")}.`;
  if (fault.hint !== undefined && fault.kind === "credentials-missing") return `there are no AWS credentials: ${own}`;
  if (fault.hint !== undefined && fault.kind === "credentials-refused")
    return `the AWS credentials are no longer valid: ${own}`;
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
      if (fault.code === UNEXPECTED) return `the reply is not an answer of AWS, so the state is unknown: ${own}`;
      return fault.place === undefined
        ? `AWS could not be reached or failed. ${said}`
        : `AWS could not be reached: ${own}`;
    case "clock":
      return `AWS refused the time of the signature: ${clockWords(fault)}. ${said}`;
    case "unsent":
      return `no answer of AWS was received. ${said}`;
    case "refused":
      return `AWS refused ${fault.action}. ${said}`;
  }
}

/** What the reader can do about it. */
export function hintFor(fault: AwsFault): string {
  if (fault.hint !== undefined) return fault.hint;
  const hints = HINTS[fault.reader ?? "program"];
  switch (fault.kind) {
    case "credentials-missing":
      return hints.noCredentials;
    case "credentials-refused":
      return /expired/i.test(`${fault.code} ${fault.text}`)
        ? "They have expired: log in again or renew the session token."
        : keyHint(fault);
    case "permission-missing":
      return `Allow ${fault.action} in the IAM policy of these credentials.`;
    case "region-unknown":
      return `Check the spelling, that SES exists there${fault.variant === undefined ? "" : ` with a ${fault.variant} endpoint`} (https://docs.aws.amazon.com/general/latest/gr/ses.html), and the network.`;
    case "throttled":
      return "Other programs use up the account's rate; run again later.";
    case "unavailable":
      if (fault.code === UNEXPECTED) return hints.foreignAnswer;
      return "Run again; if it fails again, check the network and https://health.aws.amazon.com.";
    case "clock":
      return `Set the clock of this machine (by NTP): it says ${new Date().toISOString()}. The credentials need no change.`;
    case "unsent":
      return hints.unsent;
    case "refused":
      return "The message of AWS says what it does not accept; the same call will be refused again.";
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clockWords({ difference }: AwsFault): string {
  if (difference === undefined) return "the clock of this machine differs from AWS's";
  const { aheadMs } = difference;
  const apart = formatDuration(Math.round(Math.abs(aheadMs) / 1_000) * 1_000);
  return `the clock of this machine is ${apart} ${aheadMs > 0 ? "ahead of" : "behind"} AWS's`;
}

const UNKNOWN_KEY = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
  "AuthFailure",
]);

function keyHint({ code, region, tokenless, reader = "program" }: AwsFault): string {
  if (tokenless) return HINTS[reader].noSessionToken;
  const enabled = `Check the key and its secret, and that the region ${region} is enabled for the account.`;
  if (!UNKNOWN_KEY.has(code)) return enabled;
  const partition = partitionOf(region);
  return partition === "aws"
    ? `${enabled} Keys of an account in another partition (aws-cn, aws-us-gov) are unknown there.`
    : `${region} is in the partition ${partition}, where keys of accounts in other partitions (such as aws) are unknown. Use keys of an account in ${partition}. ${enabled}`;
}
