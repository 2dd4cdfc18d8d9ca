import { AwsFaultError, type AwsFaultKind, capital, hintFor, passes, wordFault } from "../../aws/faults";
import { DnsHostError, SesError } from "../../core/errors";

const CODES = {
  "credentials-missing": "credentials-missing",
  "credentials-refused": "credentials-refused",
  "permission-missing": "permission-missing",
  "region-unknown": "host-unavailable",
  throttled: "rate-limited",
  unavailable: "host-unavailable",
  clock: "host-refused",
  unsent: "host-refused",
  refused: "host-refused",
} as const satisfies Record<AwsFaultKind, string>;

/** What the session itself throws, in the words of a DNS host. */
const SESSION_CODES: Readonly<Record<string, string>> = {
  throttled: "rate-limited",
  "ses-unavailable": "host-unavailable",
  "ses-refused": "host-refused",
  "region-unknown": "host-refused",
  "clock-skew": "host-refused",
  "ses-unsent": "host-refused",
};

/** `doing` is a clause that names the zone: `reading the zone example.com`. */
export function toHostError(error: unknown, doing: string): unknown {
  if (error instanceof SesError) {
    const { hint, retryable } = error;
    return new DnsHostError(SESSION_CODES[error.code] ?? error.code, `Route 53: ${doing} failed: ${error.message}`, {
      retryable,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  if (!(error instanceof AwsFaultError)) return error;
  const { fault } = error;
  if (fault.code === "NoSuchHostedZone") {
    return new DnsHostError("zone-missing", `Route 53: ${doing} failed: there is no such zone in this account.`, {
      hint: "Check zoneId, and whether the credentials belong to the account that holds the zone.",
      zoneGone: true,
    });
  }
  return new DnsHostError(CODES[fault.kind], `Route 53: ${doing} failed: ${wordFault(fault)}`, {
    hint: fault.kind === "region-unknown" ? "Check the network and its DNS." : hintFor(fault),
    retryable: passes(fault) || fault.kind === "region-unknown",
  });
}

export async function withHostErrors<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toHostError(error, doing);
  }
}

export function zoneMissing(message: string, hint: string, zoneGone = false): DnsHostError {
  return new DnsHostError("zone-missing", `Route 53: ${capital(message)}`, { hint, zoneGone });
}
