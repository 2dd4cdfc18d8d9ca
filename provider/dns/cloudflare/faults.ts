import { Overdue } from "../../core/deadline";
import { formatDuration } from "../../core/duration";
import { DnsHostError } from "../../core/errors";
import { HttpFault, httpFaultIn } from "../../core/http";
import { clip } from "../../core/text";
import type { HostFailure } from "../backend";
import { AnswerFault } from "./answer";

/** What Cloudflare's API refused or failed to do. `codes` are those of the answer, inner ones included. */
export interface CloudflareFault {
  readonly status: number | undefined;
  readonly codes: readonly number[];
  /** The message of the API, or the network's code; no secret. */
  readonly text: string;
  /** The wait that the answer asks for. */
  readonly retryAfterMs: number | undefined;
  /** What to do about a connection that did not come about, where its cause tells. */
  readonly hint?: string | undefined;
}

/** The limit of Cloudflare's API and the wait after it: developers.cloudflare.com/fundamentals/api/reference/limits. */
const RATE_CODES = new Set([971, 10_429]);
/** The token is malformed, unknown, expired, or not allowed from this address. */
const TOKEN_CODES = new Set([1000, 6003, 6103, 6111, 9103, 9106, 10_001]);
const ZONE_CODES = new Set([1001, 1049, 7003]);
const IDENTICAL_CODES = new Set([81_057, 81_058]);
const NO_ROUTE_CODE = 7000;
const GONE_CODE = 81_044;
const TAKEN_CODES = new Set([81_053, 81_054, 81_056]);
const TTL_CODE = 9021;
const QUOTA_CODE = 81_045;

const LONGEST_TEXT = 400;

/** Whether an identical record is there already. */
export function isIdentical({ codes }: CloudflareFault): boolean {
  return codes.some((code) => IDENTICAL_CODES.has(code));
}

/** Whether the record asked for is not there (any more). */
export function isGone({ codes }: CloudflareFault): boolean {
  return codes.includes(GONE_CODE);
}

/** Reads what the SDK threw: its `APIError` in shape, or what `fetch` and the JSON parser throw beneath it. */
export function readFault(error: unknown, secrets: readonly string[]): CloudflareFault {
  const status = numberIn(error, "status");
  const entries = listIn(error, "errors").flatMap((entry) => [entry, ...listIn(entry, "error_chain")]);
  const codes = entries.flatMap((entry) => numberIn(entry, "code") ?? []);
  const words = entries.flatMap((entry) => {
    const message = textIn(entry, "message");
    return message === undefined ? [] : [message];
  });
  const text = words.length > 0 ? words.join(": ") : status === undefined ? networkWord(error) : `HTTP ${status}`;
  return { status, codes, text: clean(text, secrets), retryAfterMs: retryAfter(error), hint: httpFaultIn(error)?.hint };
}

/** `doing` is a clause that names the zone: `reading x.example.com in zone example.com`. */
export function toHostError(fault: CloudflareFault, doing: string): DnsHostError {
  const kind = kindOf(fault);
  const code = fault.codes[0] === undefined ? "" : ` (code ${fault.codes[0]})`;
  const hint = hintFor(kind, fault);
  return new DnsHostError(kind, `Cloudflare: ${doing} failed: ${fault.text.replace(/\.$/, "")}${code}.`, {
    retryable: kind === "rate-limited" || kind === "host-unavailable",
    ...(hint === undefined ? {} : { hint }),
  });
}

function kindOf({ status, codes, text }: CloudflareFault): HostFailure {
  const has = (set: ReadonlySet<number>) => codes.some((code) => set.has(code));
  if (status === undefined || status === 408 || status >= 500) return "host-unavailable";
  if (status === 429 || has(RATE_CODES)) return "rate-limited";
  if (status === 401 || has(TOKEN_CODES)) return "credentials-refused";
  // 9109 stands for an unknown token, for one from a forbidden address, and for a resource out of the token's reach.
  if (codes.includes(9109) && /access token/i.test(text)) return "credentials-refused";
  if (status === 403 || codes.includes(10_000) || codes.includes(9109)) return "permission-missing";
  // A 404 of another code says that the path is wrong, or its record; nothing of the zone.
  if (has(ZONE_CODES)) return "zone-missing";
  if (has(TAKEN_CODES)) return "record-conflict";
  return status === 409 ? "host-unavailable" : "host-refused";
}

function hintFor(kind: HostFailure, { status, codes, retryAfterMs, hint }: CloudflareFault): string | undefined {
  switch (kind) {
    case "credentials-refused":
      return "Check the API token (an API token, not the global API key), its expiry and its client address filter.";
    case "permission-missing":
      return "Check the API token; it needs the permission Zone / DNS / Edit, and Zone / Zone / Read, for this zone.";
    case "zone-missing":
      return "Check zoneId, and whether the token reaches the account that holds the zone.";
    case "rate-limited":
      return `Cloudflare takes 1,200 requests in five minutes from one user, all tools together; run again ${
        retryAfterMs === undefined ? "later" : `in ${formatDuration(retryAfterMs)}, as it asks`
      }.`;
    case "record-conflict":
      return "Remove the record of another type that has this name, if it is no longer needed.";
    case "host-unavailable":
      return hint ?? "Run again; see https://www.cloudflarestatus.com.";
    case "host-refused":
      if (codes.includes(TTL_CODE)) return "Set ttl to 1 (automatic), or to 60 up to 86400 (Enterprise: from 30).";
      if (codes.includes(QUOTA_CODE)) return "The zone holds as many records as its plan allows.";
      if (codes.includes(NO_ROUTE_CODE) || (status === 404 && !codes.includes(GONE_CODE)))
        return "Check cloudflare:baseUrl, or CLOUDFLARE_BASE_URL: there is no such path.";
      return undefined;
  }
}

/** `ECONNREFUSED` and similar codes, from the depth of `fetch`'s causes. */
function networkWord(error: unknown): string {
  let word: string | undefined;
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AnswerFault) {
      return `the reply is not an answer of the API, so the state is unknown: ${at.message}${at.words && ` (${at.words})`}`;
    }
    if (at instanceof HttpFault || at instanceof Overdue) return `the API could not be reached: ${at.message}`;
    word = textIn(at, "code") ?? word;
  }
  if (word !== undefined) return `the API could not be reached (${word})`;
  if (error instanceof SyntaxError) return "the API's answer is not JSON";
  return error instanceof Error && /time/i.test(error.constructor.name)
    ? "the API did not answer in time"
    : "the connection to the API broke";
}

function retryAfter(error: unknown): number | undefined {
  const headers = (error as { readonly headers?: unknown } | null)?.headers;
  const seconds = headers instanceof Headers ? Number(headers.get("retry-after") ?? Number.NaN) : Number.NaN;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function clean(text: string, secrets: readonly string[]): string {
  let cleaned = text.split("\n", 1)[0] ?? "";
  for (const secret of secrets) cleaned = cleaned.replaceAll(secret, "[redacted]");
  return clip(cleaned, LONGEST_TEXT);
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null
    ? (object as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listIn(object: unknown, name: string): readonly unknown[] {
  const value = fieldOf(object, name);
  return Array.isArray(value) ? value : [];
}

function numberIn(object: unknown, name: string): number | undefined {
  const value = fieldOf(object, name);
  return typeof value === "number" ? value : undefined;
}

function textIn(object: unknown, name: string): string | undefined {
  const value = fieldOf(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
