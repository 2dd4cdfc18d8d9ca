import { readFileSync } from "node:fs";
import { DnsHostError } from "../../core/errors";
import { isPlainRemote } from "../../core/http";
import { holdsCredentials } from "../../core/text";
import { type HostSettings, readNamedSet } from "../named-sets";

/** What authenticates to the API: an access token as it is, a key or another credential as JSON, or what Google's library finds. */
export type Grant =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "key"; readonly key: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly kind: "default" };

/** Where Cloud DNS's API is, and the credentials for it. */
export interface GoogleDnsAccess {
  /** Up to the version, without a final slash. */
  readonly baseUrl: string;
  readonly grant: Grant;
  /** Default: what the credentials name. */
  readonly project: string | undefined;
}

const BASE_URL = "https://dns.googleapis.com/dns/v1";

/** The first is what errors name. Those of Pulumi's Google Cloud provider, whose users have set them already. */
const CONFIG = {
  token: ["gcp:accessToken", "google:accessToken"],
  key: ["gcp:credentials", "google:credentials"],
  project: ["sesdomain:googleProject", "gcp:project", "google:project"],
  endpoint: ["gcp:dnsCustomEndpoint", "google:dnsCustomEndpoint"],
} as const;
const ENVIRONMENT = {
  token: ["GOOGLE_OAUTH_ACCESS_TOKEN"],
  key: ["GOOGLE_CREDENTIALS"],
  project: ["GOOGLE_CLOUD_PROJECT", "GOOGLE_PROJECT", "GCLOUD_PROJECT"],
  endpoint: ["GOOGLE_DNS_CUSTOM_ENDPOINT"],
} as const;

/**
 * Reads the credentials, at each call: the named set in `sesdomain:credentials` (`{ "accessToken" or "credentials": "…" }`), else the
 * config of Pulumi's Google Cloud provider, else its environment, else what Google's library finds by itself (application
 * default credentials). A named set takes nothing but project and endpoint from elsewhere. `doing` is a clause
 * that names the zone. Throws `DnsHostError` `credentials-missing`, `credentials-refused`, `host-refused`.
 */
export function readAccess(credentials: string | undefined, settings: HostSettings, doing: string): GoogleDnsAccess {
  const failed = `Google Cloud DNS: ${doing} failed`;
  const named = credentials === undefined ? undefined : readNamedSet(settings, credentials, failed);
  const grant = named ? namedGrant(named, credentials ?? "", failed) : commonGrant(settings, failed);
  const project = named?.project ?? configured(settings, "project") ?? given(settings, "project") ?? projectIn(grant);
  const endpoint = named?.endpoint ?? configured(settings, "endpoint") ?? given(settings, "endpoint");
  return { baseUrl: baseUrlOf(endpoint, failed), grant, project };
}

function namedGrant(named: Readonly<Record<string, string>>, name: string, failed: string): Grant {
  if (named.accessToken !== undefined) return tokenGrant(named.accessToken, failed);
  if (named.credentials !== undefined) return keyGrant(named.credentials, failed);
  throw new DnsHostError("credentials-missing", `${failed}: the set "${name}" has no accessToken and no credentials.`, {
    hint: `Set one: pulumi config set --secret --path 'sesdomain:credentials.${name}.credentials' < key.json`,
  });
}

function commonGrant(settings: HostSettings, failed: string): Grant {
  for (const read of [configured, given]) {
    const token = read(settings, "token");
    if (token !== undefined) return tokenGrant(token, failed);
    const key = read(settings, "key");
    if (key !== undefined) return keyGrant(key, failed);
  }
  return { kind: "default" };
}

function configured({ get }: HostSettings, what: keyof typeof CONFIG): string | undefined {
  return first(CONFIG[what].map((key) => get(key)));
}

function given({ env }: HostSettings, what: keyof typeof ENVIRONMENT): string | undefined {
  return first(ENVIRONMENT[what].map((name) => env[name]));
}

function first(values: readonly (string | undefined)[]): string | undefined {
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== "");
}

function tokenGrant(token: string, failed: string): Grant {
  if (/^[\x21-\x7e]+$/.test(token)) return { kind: "token", token };
  throw refused(failed, "the access token holds blanks or characters that no token has");
}

/** The JSON itself, or, as Pulumi's provider takes it too, the path of a file that holds it. */
function keyGrant(text: string, failed: string): Grant {
  const json = text.startsWith("{") ? text : readKeyFile(text, failed);
  try {
    const key: unknown = JSON.parse(json);
    if (typeof key === "object" && key !== null && !Array.isArray(key)) {
      return { kind: "key", key: { ...key }, text: json };
    }
  } catch {
    // The parser's message quotes the text, which holds a secret.
  }
  throw refused(failed, "the credentials are not JSON");
}

function readKeyFile(path: string, failed: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw refused(failed, "the credentials are neither JSON nor the path of a file that can be read");
  }
}

function refused(failed: string, why: string): DnsHostError {
  return new DnsHostError("credentials-refused", `${failed}: ${why}.`, {
    hint: "Set them again: pulumi config set --secret gcp:credentials < key.json, or leave them out for application default credentials.",
  });
}

function projectIn(grant: Grant): string | undefined {
  const project = grant.kind === "key" ? grant.key.project_id : undefined;
  return typeof project === "string" && project !== "" ? project : undefined;
}

function baseUrlOf(endpoint: string | undefined, failed: string): string {
  if (endpoint === undefined) return BASE_URL;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const fault =
    url === undefined || !/^https?:$/.test(url.protocol)
      ? "is not an http or https address"
      : isPlainRemote(url)
        ? `would send the access token unencrypted over http to ${url.hostname}`
        : holdsCredentials(url.href)
          ? "holds a user, a password or a query"
          : undefined;
  if (fault === undefined) return endpoint.replace(/\/+$/, "");
  throw new DnsHostError("host-refused", `${failed}: the API's endpoint ${fault}.`, {
    hint: "Correct gcp:dnsCustomEndpoint or GOOGLE_DNS_CUSTOM_ENDPOINT (https://dns.googleapis.com/dns/v1/), or leave it out.",
  });
}
