import { DnsHostError } from "../../core/errors";
import { type HttpBounds, isPlainRemote, segmentFault } from "../../core/http";
import type { NamedSet } from "../../core/named-sets";
import { type HostSettings, readNamedSet, readSetting } from "../named-sets";
import type { PowerdnsEntry } from "./entry";

/** Everything that one operation needs to reach the API; read again for each, so that a rotated key counts at once. */
export interface PowerdnsAccess {
  /** `http://ns1.example.net:8081/api/v1/servers/localhost` */
  readonly base: string;
  /** How errors name the API: `http://ns1.example.net:8081`. */
  readonly label: string;
  readonly apiKey: string;
  /** How long one request may take. */
  readonly bounds?: HttpBounds;
}

export const HOST = "PowerDNS";

/**
 * The address from the program, then the named set, then `sesdomain:pdnsApiUrl`, then PDNS_API_URL. The key from the named
 * set, where the program names one; else `sesdomain:pdnsApiKey`, then PDNS_API_KEY (lego's names). Throws `DnsHostError`
 * `credentials-missing` and `credentials-refused`, which hold nothing of the key.
 */
export function readAccess(dns: PowerdnsEntry, settings: HostSettings): PowerdnsAccess {
  const set = dns.credentials === undefined ? undefined : readNamedSet(settings, dns.credentials, HOST);
  const address = addressOf(dns, set, settings);
  if (address === undefined) {
    throw missing(`${HOST}: the API's address is not named`, "Set dns.url, sesdomain:pdnsApiUrl or PDNS_API_URL.");
  }
  const url = readUrl(address);
  const apiKey = set === undefined ? readSetting(settings, "sesdomain:pdnsApiKey", "PDNS_API_KEY") : set.apiKey;
  if (apiKey === undefined) {
    throw missing(
      `${HOST} at ${url.origin}: there is no API key`,
      dns.credentials === undefined
        ? "Set sesdomain:pdnsApiKey with --secret, or PDNS_API_KEY."
        : `Give the set "${dns.credentials}" of sesdomain:credentials the member apiKey.`,
    );
  }
  // Node quotes a header that it refuses to send in its error.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new DnsHostError("credentials-refused", `${HOST} at ${url.origin}: the API key is not printable ASCII.`, {
      hint: "It is the text after api-key= in the server's configuration.",
    });
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  const { serverId = "localhost" } = dns;
  const fault = segmentFault(serverId);
  if (fault !== undefined) throw refused(`${HOST} at ${url.origin}: dns.serverId ${fault}`, "Usually it is localhost.");
  const server = encodeURIComponent(serverId);
  return { base: `${url.origin}${path}/api/v1/servers/${server}`, label: `${url.origin}${path}`, apiKey };
}

function addressOf(dns: PowerdnsEntry, set: NamedSet | undefined, settings: HostSettings): string | undefined {
  return dns.url ?? set?.url ?? readSetting(settings, "sesdomain:pdnsApiUrl", "PDNS_API_URL");
}

/** What to say where the API key leaves this machine in the clear: on a private network that may be as intended. */
export function plainWarning(dns: PowerdnsEntry, { label }: PowerdnsAccess): string | undefined {
  const { hostname } = new URL(label);
  if (!isPlainRemote(new URL(label))) return undefined;
  const source =
    dns.url !== undefined
      ? "dns.url"
      : dns.credentials === undefined
        ? "sesdomain:pdnsApiUrl (or PDNS_API_URL)"
        : `the address of the set "${dns.credentials}" of sesdomain:credentials`;
  return `${HOST}: ${source} is a plain http address: the API key is sent unencrypted to ${hostname}. Use https, unless the network in between is private.`;
}

function refused(what: string, hint: string): DnsHostError {
  return new DnsHostError("host-refused", `${what}.`, { hint });
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url;
  throw missing(
    `${HOST}: the API's address is not an http or https address without a user in it`,
    "Write it like http://ns1.example.net:8081; the key goes into sesdomain:pdnsApiKey or PDNS_API_KEY.",
  );
}

function missing(what: string, hint: string): DnsHostError {
  return new DnsHostError("credentials-missing", `${what}.`, { hint });
}
