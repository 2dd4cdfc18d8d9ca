import { DnsHostError, type ErrorDetails } from "../../core/errors";
import { clip } from "../../core/text";
import { type Access, HOST } from "./access";

/** What is being done, as a clause that names the zone: `reading a.example in zone example`. */
export type Doing = string;

export function fault(access: Access, doing: Doing, code: string, what: string, details: ErrorDetails): DnsHostError {
  return new DnsHostError(code, `${HOST} at ${access.label}: ${doing} failed: ${what}`, details);
}

/** `said` is the server's own text, if it gave one. */
export function statusFault(access: Access, doing: Doing, status: number, said: string): DnsHostError {
  const told = said.replaceAll(access.apiKey, "[redacted]");
  const answered = `it answered ${status}${told === "" ? "" : `: ${clip(told, 300)}`}.`;
  if (status === 401) {
    return fault(access, doing, "credentials-refused", answered, {
      hint: "Check the API key: sesdomain:pdnsApiKey or PDNS_API_KEY, and api-key= in the server's configuration.",
    });
  }
  if (status === 403) {
    return fault(access, doing, "permission-missing", answered, {
      hint: "Something in front of the API does not allow this key or this address to do it.",
    });
  }
  if (status === 404) {
    return fault(access, doing, "zone-missing", answered, {
      hint: "Check the zone, dns.serverId (mostly localhost), and that dns.url is the API of the server that holds the zone.",
    });
  }
  if (status === 429) {
    return fault(access, doing, "rate-limited", answered, { hint: "Run again later.", retryable: true });
  }
  // What a busy SQLite says; the API words it as the caller's mistake.
  if (status >= 500 || status === 408 || /database is (locked|busy)/i.test(told)) {
    return fault(access, doing, "host-unavailable", answered, { hint: "See the server's log.", retryable: true });
  }
  return fault(access, doing, "host-refused", answered, { hint: "See the server's log." });
}

export function silenceFault(access: Access, doing: Doing, error: unknown): DnsHostError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  const what = timedOut ? "it did not answer in time" : `no connection (${code ?? "unknown error"})`;
  return fault(access, doing, "host-unavailable", `${what}.`, {
    hint: "Check dns.url, webserver-address and webserver-allow-from: the API closes connections from addresses it does not allow.",
    retryable: true,
  });
}

export function garbledFault(access: Access, doing: Doing, what: string): DnsHostError {
  return fault(access, doing, "host-refused", `${what}.`, {
    hint: "Check that dns.url is the address of a PowerDNS Authoritative Server's API.",
  });
}
