import type { IncomingHttpHeaders } from "node:http";

/** A request as it arrived: `path` still percent-encoded and without the query, `query` decoded and in order. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body was over 1 MiB, and was not kept. */
  readonly tooLarge?: boolean;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return Array.isArray(value) ? value[0] : value;
}

export function queryOf(request: HttpRequest, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

/** Splits a request target. Percent escapes that stand for nothing are left as they are. */
export function parseTarget(target: string): Pick<HttpRequest, "path" | "query"> {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? "" : target.slice(mark + 1);
  const query = search
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const key = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? "" : pair.slice(equals + 1);
      return [decode(key.replaceAll("+", " ")), decode(value.replaceAll("+", " "))] as const;
    });
  return { path, query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A malformed escape is the sender's; the signature will not match either.
    return text;
  }
}

/** The segments of a path, decoded. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decode);
}
