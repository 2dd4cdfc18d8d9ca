import { DnsHostError } from "../../core/errors";
import { isPlainRemote } from "../../core/http";
import { holdsCredentials } from "../../core/text";
import { type HostSettings, readNamedSet, readSetting } from "../named-sets";

/** Where Cloudflare's API is, and the token for it. */
export interface CloudflareAccess {
  readonly token: string;
  /** Without a final slash; `undefined` for Cloudflare's own. */
  readonly baseUrl: string | undefined;
}

/**
 * Reads the API token at each call: the named set in `sesdomain:credentials` (`{ "apiToken": "…", "baseUrl": "…" }`), else
 * `cloudflare:apiToken`, else `CLOUDFLARE_API_TOKEN`. A named set takes nothing but the address from elsewhere.
 * `doing` is a clause that names the zone. Throws `DnsHostError` `credentials-missing`, `credentials-refused`, `host-refused`.
 */
export function readAccess(credentials: string | undefined, settings: HostSettings, doing: string): CloudflareAccess {
  const failed = `Cloudflare: ${doing} failed`;
  const named = credentials === undefined ? undefined : readNamedSet(settings, credentials, failed);
  const token = named ? named.apiToken : readSetting(settings, "cloudflare:apiToken", "CLOUDFLARE_API_TOKEN");
  if (token === undefined) throw tokenMissing(credentials, settings, failed);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new DnsHostError(
      "credentials-refused",
      `${failed}: the API token holds blanks or characters that no token has.`,
      { hint: "Set the token again, without line breaks or quotes." },
    );
  }
  const baseUrl = named?.baseUrl ?? readSetting(settings, "cloudflare:baseUrl", "CLOUDFLARE_BASE_URL");
  if (baseUrl !== undefined && (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))) {
    throw new DnsHostError("host-refused", `${failed}: the API's base URL is not an http or https address.`, {
      hint: "Correct cloudflare:baseUrl or CLOUDFLARE_BASE_URL, or leave it out.",
    });
  }
  if (baseUrl !== undefined) refuseBaseUrl(new URL(baseUrl), failed);
  return { token, baseUrl: baseUrl?.replace(/\/+$/, "") };
}

function refuseBaseUrl(url: URL, failed: string): void {
  const fault = isPlainRemote(url)
    ? `would send the API token unencrypted over http to ${url.hostname}`
    : holdsCredentials(url.href)
      ? "holds a user, a password or a query"
      : undefined;
  if (fault === undefined) return;
  throw new DnsHostError("host-refused", `${failed}: the API's base URL ${fault}.`, {
    hint: "Set cloudflare:baseUrl or CLOUDFLARE_BASE_URL, or the set's baseUrl, to an https address, or leave it out.",
  });
}

function tokenMissing(name: string | undefined, settings: HostSettings, failed: string): DnsHostError {
  if (name !== undefined) {
    return new DnsHostError("credentials-missing", `${failed}: the set "${name}" has no apiToken.`, {
      hint: `Set it: pulumi config set --secret --path 'sesdomain:credentials.${name}.apiToken'`,
    });
  }
  const globalKey = readSetting(settings, "cloudflare:apiKey", "CLOUDFLARE_API_KEY");
  const unused = globalKey === undefined ? "" : " The global API key is not used.";
  return new DnsHostError("credentials-missing", `${failed}: no API token is set.${unused}`, {
    hint: "Set one: pulumi config set --secret cloudflare:apiToken, or CLOUDFLARE_API_TOKEN in the environment.",
  });
}
