import type { Network } from "../core/agents";
import { exchange, type HttpBounds, keepWhole } from "../core/http";

/** A request as the SDK hands it over; `path` is encoded already, `query` is not. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the SDK's clients take as `requestHandler`. */
export interface RequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: SdkRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

/**
 * Sends the SDK's requests: each with its whole answer, the body included, within the bounds, and no longer than a body may
 * be. The SDK's own handler bounds the headers alone. `networkFor` is told each address before anything goes there,
 * and says how it is reached.
 */
export function openHandler(bounds: HttpBounds, networkFor: (url: URL) => Network): RequestHandler {
  const never = new AbortController().signal;
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, options) {
      const { abortSignal } = options ?? {};
      const url = urlOf(request);
      const network = networkFor(url);
      const { status, headers, body } = await exchange(
        { method: request.method, url, headers: request.headers, body: bodyOf(request), network },
        bounds,
        abortSignal instanceof AbortSignal ? abortSignal : never,
        () => keepWhole(),
      );
      return { response: { statusCode: status, headers: flat(headers), body: new Uint8Array(body) } };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
}

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): URL {
  // Set, not parsed together with the host: what is signed is the path as it stands.
  const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`);
  url.pathname = path;
  url.search = Object.keys(query ?? {})
    .sort()
    .flatMap((key) => {
      const value = query?.[key];
      if (value === null || value === undefined) return [percentEncoded(key)];
      return [value].flat().map((each) => `${percentEncoded(key)}=${percentEncoded(each)}`);
    })
    .join("&");
  return url;
}

/** RFC 3986 section 2.3, as the signature has it. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function bodyOf({ body }: SdkRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  throw new TypeError("a request's body is text or octets");
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value] as const],
  );
  return Object.fromEntries(entries);
}
