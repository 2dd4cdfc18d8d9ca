/** This machine's clock against AWS's, in milliseconds: above zero it is ahead. */
export interface ClockDifference {
  readonly aheadMs: number;
}

/** Refused for the time in the signature, whatever the credentials are. */
const TIME_CODES = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]);
const TIME_WORDS =
  /signature (has )?expired|signature not yet current|request (has )?expired|not within the valid time/i;
const SIGNATURE_CODES = new Set([
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "InvalidSignature",
  "AuthFailure",
  "AccessDenied",
  "AccessDeniedException",
]);

/** The Date of an answer counts whole seconds, and its way takes time too. */
const AGREES_WITHIN_MS = 5_000;

/** Whether AWS refused the time of the signature, and how far apart the clocks are where the answer shows it. Pure. */
export function clockFault(
  error: unknown,
  { name, message }: { readonly name: string; readonly message: string },
): { readonly difference: ClockDifference | undefined } | undefined {
  if (!TIME_CODES.has(name) && !(SIGNATURE_CODES.has(name) && TIME_WORDS.test(message))) return undefined;
  const difference = inWords(message) ?? byHeader(error);
  // Clocks that agree are not at fault: expired credentials and a request that was held up are refused in the same words.
  if (difference !== undefined && Math.abs(difference.aheadMs) < AGREES_WITHIN_MS) return undefined;
  return { difference };
}

/** "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z (20260101T001500Z - 5 min.)": its own time, last. */
function inWords(message: string): ClockDifference | undefined {
  const times = [...message.matchAll(/\b(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\b/g)].map(
    ([, year, month, day, hour, minute, second]) => Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
  );
  const [signed, , now] = times;
  return signed === undefined || now === undefined ? undefined : { aheadMs: signed - now };
}

/** The Date of the answer (RFC 9110 section 6.6.1), against this machine's clock. */
function byHeader(error: unknown): ClockDifference | undefined {
  const response: unknown = error instanceof Error && "$response" in error ? error.$response : undefined;
  const headers = isObject(response) && isObject(response.headers) ? response.headers : {};
  const date = Object.entries(headers).find(([header]) => header.toLowerCase() === "date")?.[1];
  const at = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? undefined : { aheadMs: Date.now() - at };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
