import { Overdue } from "../../core/deadline";
import { DnsHostError } from "../../core/errors";
import { HttpFault } from "../../core/http";
import { clip } from "../../core/text";
import type { HostFailure } from "../backend";
import { AnswerFault, type Refusal } from "./answer";

/** A refusal of the API, in the API's own form. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super("the API refused");
    this.refusal = refusal;
  }
}

const LONGEST_TEXT = 400;

/** cloud.google.com/dns/docs/error-messages, and the reasons that all of Google's JSON APIs share. */
const LIMITED = new Set(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]);
const QUOTAS = new Set(["quotaExceeded", "dailyLimitExceeded"]);

/** Whether the change was right when it was built, and another writer was faster. What stays wrong shows in the next reading. */
export function isOvertaken(error: unknown): boolean {
  if (!(error instanceof ApiFault)) return false;
  const { status, message } = error.refusal;
  // A 404 is that only where it names a deletion; else the zone or the project is meant.
  return status === 412 || status === 409 || (status === 404 && /change\.deletions/.test(message));
}

function kindOf({ status, message, reasons }: Refusal): HostFailure {
  const has = (set: ReadonlySet<string>) => reasons.some((reason) => set.has(reason));
  if (status === 408 || status >= 500) return "host-unavailable";
  if (status === 429 || has(LIMITED)) return "rate-limited";
  if (status === 401) return "credentials-refused";
  if (status === 403) return has(QUOTAS) ? "host-refused" : "permission-missing";
  if (status === 404) return /managedZone/.test(message) ? "zone-missing" : "host-refused";
  // Other writers are that fast again and again.
  if (status === 409 || status === 412) return "host-unavailable";
  return reasons.includes("cnameResourceRecordSetConflict") ? "record-conflict" : "host-refused";
}

function hintFor(kind: HostFailure, { status, message, reasons }: Refusal): string | undefined {
  switch (kind) {
    case "credentials-refused":
      return "Check the access token or the key; gcloud auth application-default login makes new default credentials.";
    case "permission-missing":
      return reasons.includes("accessNotConfigured")
        ? "Enable the Cloud DNS API in the project: gcloud services enable dns.googleapis.com"
        : "Give the account the role roles/dns.admin, or the permissions that the page of this host lists, in the zone's project.";
    case "zone-missing":
      return "Check zone and project, and whether the credentials belong to the project that holds the zone.";
    case "record-conflict":
      return "Remove the record of another type that has this name.";
    case "rate-limited":
      return "The project's quota of requests to Cloud DNS is used up; run again in a minute.";
    case "host-unavailable":
      return "Run again; see https://status.cloud.google.com.";
    case "host-refused":
      if (status === 404 && /project/.test(message)) return "Check project: there is none of this id.";
      return status === 404 ? "Check gcp:dnsCustomEndpoint, or GOOGLE_DNS_CUSTOM_ENDPOINT." : undefined;
  }
}

/** `doing` is a clause that names the zone: `reading x.example.com in zone example.com`. Other errors are handed back. */
export function toHostError(error: unknown, doing: string, secrets: readonly string[]): unknown {
  if (error instanceof ApiFault) {
    const kind = kindOf(error.refusal);
    const hint = hintFor(kind, error.refusal);
    const words = clean(error.refusal.message, secrets).replace(/\.$/, "");
    return new DnsHostError(kind, `Google Cloud DNS: ${doing} failed: ${words} (HTTP ${error.refusal.status}).`, {
      retryable: kind === "rate-limited" || kind === "host-unavailable",
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const why = silence(error);
  if (why === undefined) return error;
  return new DnsHostError("host-unavailable", `Google Cloud DNS: ${doing} failed: ${why}.`, {
    hint: (error instanceof HttpFault ? error.hint : undefined) ?? "Run again; see https://status.cloud.google.com.",
    retryable: true,
  });
}

/** Why no answer of the API came, as a clause. */
function silence(error: unknown): string | undefined {
  if (error instanceof AnswerFault)
    return `the reply is not an answer of the API, so the state is unknown: ${error.message}`;
  if (error instanceof HttpFault || error instanceof Overdue) return `the API could not be reached: ${error.message}`;
  return undefined;
}

function clean(text: string, secrets: readonly string[]): string {
  let cleaned = text.split("\n", 1)[0] ?? "";
  for (const secret of secrets) cleaned = cleaned.replaceAll(secret, "[redacted]");
  return clip(cleaned, LONGEST_TEXT);
}

export function zoneMissing(message: string, hint: string, zoneGone = false): DnsHostError {
  return new DnsHostError("zone-missing", `Google Cloud DNS: ${message}`, { hint, zoneGone });
}
