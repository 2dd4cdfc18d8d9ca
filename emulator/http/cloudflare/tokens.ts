import { type HttpRequest, headerOf } from "../message";
import { refusal } from "./envelope";

export type Permission = "zone:read" | "dns:read" | "dns:edit" | "settings:read" | "settings:edit";

export interface TokenOptions {
  /** Letters, digits, hyphens and underscores. */
  readonly token: string;
  /** The account of the zone store whose zones it reaches. */
  readonly account: string;
  /** Names of the only zones it reaches. Default: all of the account's. */
  readonly zones?: readonly string[];
  /** Default: all. `dns:edit` holds `dns:read`, and `settings:edit` holds `settings:read`. `settings`: of a zone's DNS. */
  readonly permissions?: readonly Permission[];
}

export interface Tokens {
  /** A token of the same text is replaced. */
  add(options: TokenOptions): void;
  revoke(token: string): void;
  find(token: string | undefined): TokenOptions | undefined;
}

export function openTokens(initial: readonly TokenOptions[]): Tokens {
  const tokens = new Map(initial.map((options) => [options.token, options]));
  return {
    add: (options) => void tokens.set(options.token, options),
    revoke: (token) => void tokens.delete(token),
    find: (token) => (token === undefined ? undefined : tokens.get(token)),
  };
}

export function permits({ permissions }: TokenOptions, wanted: Permission): boolean {
  if (permissions === undefined || permissions.includes(wanted)) return true;
  if (wanted === "settings:read") return permissions.includes("settings:edit");
  return wanted === "dns:read" && permissions.includes("dns:edit");
}

/** The bearer token of a request. Throws `Refusal` where there is none, or the header has another form. */
export function bearerOf(request: HttpRequest): string {
  const given = headerOf(request, "authorization");
  if (given === undefined && headerOf(request, "x-auth-key") === undefined)
    throw refusal(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  const token = /^Bearer ([\w-]+)$/.exec(given ?? "")?.[1];
  if (token !== undefined) return token;
  throw refusal(
    400,
    6003,
    "Invalid request headers",
    given === undefined
      ? { code: 6103, message: "Invalid format for X-Auth-Key header" }
      : { code: 6111, message: "Invalid format for Authorization header" },
  );
}
