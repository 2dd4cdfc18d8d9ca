import { exchange, type HttpAnswer, type HttpBounds, keepWhole, segmentFault } from "../../core/http";
import { isPage } from "../../core/text";

/**
 * An answer that is not the API's, or that contradicts itself: it says neither that there is nothing nor that something was
 * done. `message` is a clause; `words` are the API's own, where it has some.
 */
export class AnswerFault extends Error {
  override readonly name = "AnswerFault";
  readonly words: string;

  constructor(message: string, words = "") {
    super(message);
    this.words = words;
  }
}

/**
 * `fetch` for Cloudflare's SDK: each answer whole and within the bounds, no redirect followed, and only what has the shape
 * of the API's envelope let through. Source: developers.cloudflare.com/fundamentals/api/how-to/make-api-calls.
 */
export function openFetch(bounds: HttpBounds): typeof fetch {
  const never = new AbortController().signal;
  return async (input, init = {}) => {
    const method = init.method ?? "GET";
    const answer = await exchange(
      {
        method,
        url: new URL(input instanceof Request ? input.url : input),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: typeof init.body === "string" ? init.body : undefined,
      },
      bounds,
      init.signal ?? never,
      () => keepWhole(),
    );
    checkEnvelope(method, answer);
    const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      [value ?? []].flat().map((each) => [name, each]),
    );
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers });
  };
}

/** Throws `AnswerFault`. */
function checkEnvelope(method: string, { status, body }: Pick<HttpAnswer, "status" | "body">): void {
  if (status === 429) return;
  const text = body.toString("utf8").trim();
  const what = `HTTP status ${status} came with ${describe(text)}`;
  if (status >= 300 && status < 400) throw new AnswerFault(`${what}; a redirect is not followed`);
  const json = objectIn(text);
  const errors: readonly unknown[] = Array.isArray(json?.errors) ? json.errors : [];
  const coded = errors.filter((each) => isObject(each) && typeof each.code === "number");
  if (status < 200 || status >= 300) {
    if (coded.length > 0) return;
    throw new AnswerFault(`${what}, which is not an error of the API`);
  }
  if (json?.success === false)
    throw new AnswerFault(`HTTP status ${status} came with "success": false`, wordsOf(errors));
  // Of an answer to DELETE the API reference promises the result alone.
  const succeeded = json?.success === true || (method === "DELETE" && json?.success === undefined);
  if (!succeeded || !isObject(json?.result)) throw new AnswerFault(what);
}

/** Lets an answer through that has the promised shape. Throws `AnswerFault`. */
export async function promised<T>(answer: PromiseLike<T>, holds: (answer: T) => boolean): Promise<T> {
  const came = await answer;
  if (holds(came)) return came;
  throw new AnswerFault("its answer lacks what the API promises");
}

/** Whether each entry of a list has these members, as text, and an id that fits a path. */
export function isListOf(list: unknown, ...members: readonly string[]): boolean {
  return Array.isArray(list) && list.every((each) => isEntry(each, ...members));
}

export function isEntry(entry: unknown, ...members: readonly string[]): boolean {
  if (!isObject(entry) || typeof entry.id !== "string" || segmentFault(entry.id) !== undefined) return false;
  return members.every((member) => typeof entry[member] === "string");
}

/** What a body is, in our own words: nothing of it is repeated. */
function describe(text: string): string {
  if (text === "") return "an empty body";
  if (isPage(text)) return "an HTML page";
  return /^[{[]/.test(text) ? "an answer that is not the API's" : "text that is not JSON";
}

function wordsOf(errors: readonly unknown[]): string {
  return errors
    .flatMap((each) => (isObject(each) && typeof each.message === "string" ? [each.message] : []))
    .join(": ");
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A list too. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
