import type { HttpReply } from "../message";

/** A refusal as Cloud DNS sends it (cloud.google.com/dns/docs/error-messages). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

export function json(status: number, body: object): HttpReply {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}

/** The error that all of Google's JSON APIs share. */
export function refused({ status, reason, message }: Refusal): HttpReply {
  return json(status, { error: { code: status, message, errors: [{ message, domain: "global", reason }] } });
}

export const unauthenticated = () =>
  new Refusal(
    401,
    "authError",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
  );
export const forbidden = () => new Refusal(403, "forbidden", "Forbidden");
export const limited = () => new Refusal(429, "rateLimitExceeded", "Rate Limit Exceeded");
export const notFound = (what: string, name: string) =>
  new Refusal(404, "notFound", `The '${what}' resource named '${name}' does not exist.`);
export const invalid = (what: string, value: unknown) =>
  new Refusal(400, "invalid", `Invalid value for '${what}': '${String(value)}'`);
export const required = (what: string) => new Refusal(400, "required", `The '${what}' is required but was missing.`);
