import { segmentFault } from "../../core/http";
import { isPage } from "../../core/text";

/**
 * An answer that is not the API's, or that contradicts itself: it says neither that there is nothing nor that something was
 * done. The message is a clause that holds nothing of the answer.
 */
export class AnswerFault extends Error {
  override readonly name = "AnswerFault";
}

type Json = Readonly<Record<string, unknown>>;

/** What the API refuses, as far as it is in its own form: `{ "error": { "code", "message", "errors": [{ "reason" }] } }`. */
export interface Refusal {
  readonly status: number;
  /** The message of the API; to be clipped where it is shown. */
  readonly message: string;
  /** `notFound`, `conditionNotMet`, `rateLimitExceeded`, … */
  readonly reasons: readonly string[];
}

/** The object that a body of success is; `kind` is how the API names it. Throws `AnswerFault`. */
export function readAnswer(status: number, body: Buffer, kind: string): Json {
  const text = body.toString("utf8").trim();
  if (status >= 300 && status < 400) throw notAnswer(status, text, "; a redirect is not followed");
  const json = objectIn(text);
  if (json?.kind !== kind) throw notAnswer(status, text);
  return json;
}

/** Throws `AnswerFault` where the body is no error of the API. */
export function readRefusal(status: number, body: Buffer): Refusal {
  const text = body.toString("utf8").trim();
  const error = objectIn(text)?.error;
  if (!isObject(error) || error.code !== status || typeof error.message !== "string") {
    throw notAnswer(status, text, ", which is not an error of the API");
  }
  const errors: readonly unknown[] = Array.isArray(error.errors) ? error.errors : [];
  const reasons = errors.flatMap((each) => (isObject(each) && typeof each.reason === "string" ? [each.reason] : []));
  return { status, message: error.message, reasons };
}

/** One record set as the API shows it; kept as it is, for a deletion must repeat it. */
export interface ApiRecordSet {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas: readonly string[];
  readonly routingPolicy?: unknown;
}

/** A managed zone, as far as it is read here. */
export interface ApiZone {
  readonly id: string;
  /** Of the resource: letters, digits and hyphens. */
  readonly name: string;
  readonly dnsName: string;
  /** Whether the public sees it, and it has records of its own. */
  readonly public: boolean;
  readonly nameServers: readonly string[];
}

export interface ApiChange {
  readonly id: string;
  readonly done: boolean;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** A list without entries leaves out the member, and the last page its token. Throws `AnswerFault`. */
function readPage<T>(json: Json, member: string, read: (entry: unknown) => T): Page<T> {
  const { [member]: items = [], nextPageToken: next } = json;
  if (!Array.isArray(items)) throw lacking();
  if (next !== undefined && (typeof next !== "string" || next === "")) throw lacking();
  return { items: items.map(read), next };
}

export const readRecordSets = (json: Json): Page<ApiRecordSet> => readPage(json, "rrsets", readRecordSet);
export const readZones = (json: Json): Page<ApiZone> => readPage(json, "managedZones", readZone);

function readRecordSet(entry: unknown): ApiRecordSet {
  if (!isObject(entry)) throw lacking();
  const { name, type, ttl, rrdatas = [], routingPolicy } = entry;
  if (typeof name !== "string" || typeof type !== "string" || !isTexts(rrdatas)) throw lacking();
  if (rrdatas.length === 0 && routingPolicy === undefined) throw lacking();
  if (typeof ttl !== "number") throw lacking();
  return { name, type, ttl, rrdatas, ...(routingPolicy === undefined ? {} : { routingPolicy }) };
}

/** Only private zones forward, peer, or serve names of a network (API reference, ManagedZone); a zone that does not say is public. */
const OF_PRIVATE = ["forwardingConfig", "peeringConfig", "serviceDirectoryConfig", "reverseLookupConfig"];

export function readZone(entry: unknown): ApiZone {
  if (!isObject(entry)) throw lacking();
  const { id, name, dnsName, visibility = "public", nameServers = [] } = entry;
  const number = typeof id === "number" ? String(id) : id;
  if (typeof number !== "string" || typeof name !== "string" || segmentFault(name) !== undefined) throw lacking();
  if (typeof dnsName !== "string" || typeof visibility !== "string" || !isTexts(nameServers)) throw lacking();
  const seen = visibility.toLowerCase() === "public" && OF_PRIVATE.every((member) => entry[member] === undefined);
  return { id: number, name, dnsName, public: seen, nameServers };
}

/** Throws `AnswerFault`. */
export function readChange({ id, status }: Json): ApiChange {
  if (typeof id !== "string" || segmentFault(id) !== undefined) throw lacking();
  if (status !== "done" && status !== "pending") throw lacking();
  return { id, done: status === "done" };
}

function lacking(): AnswerFault {
  return new AnswerFault("its answer lacks what the API promises");
}

function notAnswer(status: number, text: string, more = ""): AnswerFault {
  return new AnswerFault(`HTTP status ${status} came with ${describe(text)}${more}`);
}

/** What a body is, in our own words: nothing of it is repeated. */
function describe(text: string): string {
  if (text === "") return "an empty body";
  if (isPage(text)) return "an HTML page";
  return /^[{[]/.test(text) ? "an answer that is not the API's" : "text that is not JSON";
}

function objectIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // The caller says what came.
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
