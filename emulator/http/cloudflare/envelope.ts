import type { HttpReply } from "../message";

/** One entry of `errors`. */
export interface Problem {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly Problem[];
}

/** A refusal as Cloudflare sends it. The codes are those that users of the real API report; Cloudflare publishes no list. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
  }
}

export function refusal(status: number, code: number, message: string, chain?: Problem): Refusal {
  return new Refusal(status, { code, message, ...(chain && { error_chain: [chain] }) });
}

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): HttpReply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** `api-response-common-failure` of Cloudflare's OpenAPI description (cloudflare/api-schemas, common.yaml). */
export function failed({ status, problem }: Refusal, headers?: Readonly<Record<string, string>>): HttpReply {
  return json(status, { result: null, success: false, errors: [problem], messages: [] }, headers);
}

/** `api-response-single`. */
export function single(result: unknown): HttpReply {
  return json(200, { result, success: true, errors: [], messages: [] });
}

/** `api-response-collection`: one page of all. */
export function collection(all: readonly unknown[], page: number, perPage: number): HttpReply {
  const result = all.slice((page - 1) * perPage, page * perPage);
  return json(200, {
    result,
    success: true,
    errors: [],
    messages: [],
    result_info: {
      page,
      per_page: perPage,
      count: result.length,
      total_count: all.length,
      total_pages: Math.ceil(all.length / perPage),
    },
  });
}

export const invalidToken = () => refusal(403, 9109, "Invalid access token");
export const outOfReach = () => refusal(403, 9109, "Unauthorized to access requested resource");
/** What the DNS part of the API says to an unknown token and to one without the permission alike. */
export const authenticationError = () => refusal(403, 10_000, "Authentication error");
export const noRoute = (path: string) =>
  refusal(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
export const limited = () => refusal(429, 971, "Please wait and consider throttling your request speed");
