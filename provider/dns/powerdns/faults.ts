import { DnsHostError, type DnsHostErrorDetails } from "../../core/errors";
import type { HttpFault } from "../../core/http";
import { clip } from "../../core/text";
import { HOST, type PowerdnsAccess } from "./access";

/** What is being done, as a clause that names the zone: `reading a.example in zone example`. */
export type Doing = string;

export function fault(
  access: PowerdnsAccess,
  doing: Doing,
  code: string,
  what: string,
  details: DnsHostErrorDetails,
): DnsHostError {
  return new DnsHostError(code, `${HOST} at ${access.label}: ${doing} failed: ${what}`, details);
}

/** `path` is what was asked for; `said` is the server's own text, if it gave one. */
export function statusFault(
  access: PowerdnsAccess,
  doing: Doing,
  path: string,
  status: number,
  said: string,
): DnsHostError {
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
  if (status === 429) {
    return fault(access, doing, "rate-limited", answered, { hint: "Run again later.", retryable: true });
  }
  // What a busy SQLite says; the API words it as the caller's mistake.
  if (status >= 500 || status === 408 || /database is (locked|busy)/i.test(told)) {
    return fault(access, doing, "host-unavailable", answered, { hint: "See the server's log.", retryable: true });
  }
  if (status >= 300 && status < 400) {
    // Also what the sign-in page of a network sends: PowerDNS itself has refused nothing.
    return fault(access, doing, "host-unavailable", `${answered} The API key must not follow a redirect.`, {
      hint: "Set dns.url to the address of the API itself; another server may answer in its place.",
      retryable: true,
    });
  }
  // An answer that is not the API's says nothing about the zone.
  if (told === "") return garbledFault(access, doing, `it answered ${status} without a message of the API`);
  // `Conflicts with pre-existing RRset`, `Conflicts with another RRset`: a CNAME and what may not stand with it.
  if (status === 422 && /conflicts with/i.test(told)) {
    return fault(access, doing, "record-conflict", answered, {
      hint: "Remove the record of another type that has this name, if it is no longer needed.",
    });
  }
  if (status !== 404) return fault(access, doing, "host-refused", answered, { hint: "See the server's log." });
  if (path.startsWith("/zones/")) {
    return fault(access, doing, "zone-missing", answered, {
      hint: "Check the zone, dns.serverId (usually localhost), and that dns.url is the API of the server that holds the zone.",
    });
  }
  return fault(access, doing, "host-refused", answered, {
    hint: "Check dns.url and dns.serverId (usually localhost).",
  });
}

export function silenceFault(access: PowerdnsAccess, doing: Doing, silence: HttpFault): DnsHostError {
  return fault(access, doing, "host-unavailable", `${silence.message}.`, {
    hint:
      silence.hint ??
      "Check dns.url, webserver-address and webserver-allow-from: the API closes connections from addresses it does not allow.",
    retryable: true,
  });
}

/** An answer that is not the API's: it says neither that there is nothing nor that something was done. */
export function garbledFault(access: PowerdnsAccess, doing: Doing, what: string): DnsHostError {
  return fault(access, doing, "host-unavailable", `${what}.`, {
    hint: "Check that dns.url is the address of a PowerDNS Authoritative Server's API.",
    retryable: true,
  });
}
