import { type HttpRequest, headerOf } from "../message";
import { forbidden, unauthenticated } from "./replies";

/** IAM permissions that the calls here need (cloud.google.com/dns/docs/access-control). */
export type Permission =
  | "dns.managedZones.get"
  | "dns.managedZones.list"
  | "dns.resourceRecordSets.list"
  | "dns.resourceRecordSets.create"
  | "dns.resourceRecordSets.delete"
  | "dns.changes.create"
  | "dns.changes.get"
  | "dns.changes.list";

export interface GoogleTokenOptions {
  /** What follows `Bearer`: printable ASCII without blanks. */
  readonly token: string;
  /** The project that it reaches. */
  readonly project: string;
  /** Default: all. */
  readonly permissions?: readonly Permission[];
}

export interface GoogleTokens {
  /** A token of the same text is replaced. */
  add(options: GoogleTokenOptions): void;
  revoke(token: string): void;
  find(token: string | undefined): GoogleTokenOptions | undefined;
}

export function openTokens(initial: readonly GoogleTokenOptions[]): GoogleTokens {
  const tokens = new Map(initial.map((options) => [options.token, options]));
  return {
    add: (options) => void tokens.set(options.token, options),
    revoke: (token) => void tokens.delete(token),
    find: (token) => (token === undefined ? undefined : tokens.get(token)),
  };
}

export function bearerOf(request: HttpRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/.exec(headerOf(request, "authorization") ?? "")?.[1];
}

/** Throws `Refusal`: to another project than the token's, everything is forbidden. */
export function authorize(
  token: GoogleTokenOptions | undefined,
  project: string,
  wanted: readonly Permission[],
): GoogleTokenOptions {
  if (token === undefined) throw unauthenticated();
  const granted = ({ permissions }: GoogleTokenOptions) =>
    permissions === undefined || wanted.every((each) => permissions.includes(each));
  if (token.project !== project || !granted(token)) throw forbidden();
  return token;
}
