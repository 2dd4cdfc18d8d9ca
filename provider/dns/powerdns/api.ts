import type { Ctx } from "../../core/ctx";
import {
  type BodySink,
  exchange,
  type HttpAnswer,
  type HttpBounds,
  HttpFault,
  inParts,
  keepWhole,
} from "../../core/http";
import { retry } from "../../core/retry";
import { isPage } from "../../core/text";
import type { PowerdnsAccess } from "./access";
import { type Doing, garbledFault, silenceFault, statusFault } from "./faults";
import { type Json, openZoneSink } from "./zone-stream";

/** A server that knows no single sets sends the whole zone, which may be long. */
export const BOUNDS: HttpBounds = { withinMs: 30_000, longestMs: 120_000 };
const READING = { attempts: 5, withinMs: 60_000, baseMs: 300, capMs: 4_000 } as const;

/** `path` begins behind the server: `/zones/example.org.`. The body is sent as JSON. */
export interface PowerdnsRequest {
  readonly method: "GET" | "PATCH" | "PUT";
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Sends one request whose answer is JSON, or nothing where the API promises nothing (204). What only reads is tried again
 * while that may help. Throws `DnsHostError`, or the signal's reason.
 */
export function call(access: PowerdnsAccess, request: PowerdnsRequest, doing: Doing, ctx: Ctx): Promise<unknown> {
  const once = async () => {
    const { status, body } = await send(access, request, doing, ctx, () => keepWhole());
    if (status === 204) return undefined;
    const json = parse(body);
    if (json === undefined) throw garbledFault(access, doing, "its answer is not JSON");
    return json;
  };
  return request.method === "GET" ? retry(once, READING, ctx) : once();
}

/** Reads a zone with those of its sets that `keep` wants. `undefined`: what came is JSON, but has no sets. */
export function callForZone(
  access: PowerdnsAccess,
  path: string,
  keep: (set: Json) => boolean,
  doing: Doing,
  ctx: Ctx,
): Promise<Json | undefined> {
  const once = async () => (await send(access, { method: "GET", path }, doing, ctx, () => openZoneSink(keep))).body;
  return retry(once, READING, ctx);
}

async function send<T>(
  access: PowerdnsAccess,
  { method, path, body }: PowerdnsRequest,
  doing: Doing,
  { signal, answered }: Ctx,
  open: () => BodySink<T>,
): Promise<HttpAnswer<T>> {
  const request = {
    method,
    url: new URL(`${access.base}${path}`),
    headers: { "X-API-Key": access.apiKey, Accept: "application/json", "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  try {
    const answer = await exchange(request, access.bounds ?? BOUNDS, signal, ({ status }): BodySink<T | Refusal> => {
      return status >= 200 && status < 300 ? inParts(open(), () => answered?.()) : refusalSink();
    });
    const { status, headers } = answer;
    if (answer.body instanceof Refusal) {
      const { octets } = answer.body;
      // The API is asked for JSON: a page is of something in front of it, which says nothing of the key or the zone.
      if (isPage(octets.subarray(0, 100).toString("utf8")))
        throw garbledFault(access, doing, `it answered ${status} with an HTML page`);
      const refusal = statusFault(access, doing, path, status, wordsOf(octets));
      answered?.(refusal.retryable ? refusal.message : undefined);
      throw refusal;
    }
    answered?.();
    return { status, headers, body: answer.body };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HttpFault && error.code === "garbled") throw garbledFault(access, doing, error.message);
    throw error instanceof HttpFault ? silenceFault(access, doing, error) : error;
  }
}

/** The body of an answer that is none of success. */
class Refusal {
  readonly octets: Buffer;

  constructor(octets: Buffer) {
    this.octets = octets;
  }
}

function refusalSink(): BodySink<Refusal> {
  const whole = keepWhole();
  return { write: (chunk) => whole.write(chunk), end: () => new Refusal(whole.end()) };
}

/** The API's own errors are `{ "error": "…" }`; pages of a proxy say nothing. */
function wordsOf(octets: Buffer): string {
  const json = parse(octets);
  const error = typeof json === "object" && json !== null ? (json as { error?: unknown }).error : undefined;
  return typeof error === "string" ? error : "";
}

function parse(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString("utf8"));
  } catch {
    // The caller words it.
    return undefined;
  }
}
