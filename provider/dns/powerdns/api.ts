import type { Ctx } from "../../core/ctx";
import { retry } from "../../core/retry";
import type { Access } from "./access";
import { type Doing, garbledFault, silenceFault, statusFault } from "./faults";

const ANSWER_MS = 30_000;
const READING = { attempts: 5, withinMs: 60_000, baseMs: 300, capMs: 4_000 } as const;

/** `path` begins behind the server: `/zones/example.org.`. The body is sent as JSON; the answer's is read as JSON. */
export interface Request {
  readonly method: "GET" | "PATCH" | "PUT";
  readonly path: string;
  readonly body?: unknown;
}

/** Sends one request; what only reads is tried again while that may help. Throws `DnsHostError`, or the signal's reason. */
export function call(access: Access, request: Request, doing: Doing, ctx: Ctx): Promise<unknown> {
  const once = () => send(access, request, doing, ctx.signal);
  return request.method === "GET" ? retry(once, READING, ctx) : once();
}

async function send(access: Access, request: Request, doing: Doing, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${access.base}${request.path}`, {
      method: request.method,
      headers: { "X-API-Key": access.apiKey, Accept: "application/json", "Content-Type": "application/json" },
      // A redirect would carry the key to another place.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    ({ status } = response);
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw silenceFault(access, doing, error);
  }
  if (status < 200 || status >= 300) throw statusFault(access, doing, status, wordsOf(text));
  if (text === "") return undefined;
  const json = parse(text);
  if (json === undefined) throw garbledFault(access, doing, "its answer is not JSON");
  return json;
}

/** The API's own errors are `{ "error": "…" }`; pages of a proxy say nothing. */
function wordsOf(text: string): string {
  const json = parse(text);
  const error = typeof json === "object" && json !== null ? (json as { error?: unknown }).error : undefined;
  return typeof error === "string" ? error : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller words it.
    return undefined;
  }
}
