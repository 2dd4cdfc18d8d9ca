/*
 * Text that is not ours: messages of AWS, Cloudflare, PowerDNS and Node, names and values from DNS, tags, names of other
 * stacks. It may hold what a terminal or a CI log acts on. The one rule:
 *
 * 1. Where foreign text enters a sentence or a table it goes through `clip` (or `oneLine`): one line, bounded, with every
 *    character that acts shown as its escape. So nothing foreign can begin a line of its own.
 * 2. Where text leaves (engine, terminal, state) the exit passes it through `printable`, which keeps our line breaks and
 *    escapes whatever 1 missed. Both give the same when applied twice.
 * 3. Colours are put on after 1: `paint` gets clean text, and the exit of the terminal lets only our own codes pass.
 *
 * JSON leaves by `jsonText`: the values stay what they are, and only their notation is escaped.
 */

/**
 * Acts on a terminal or hides there: C0, DEL and C1 (Cc), bidirectional and zero-width marks (Cf, Default_Ignorable; Unicode
 * UAX #9 and #44), the separators U+2028 and U+2029, halves of surrogate pairs, noncharacters.
 */
const ACTS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
const ACTS_BUT_LINE_BREAK = new RegExp(`(?!\\n)${ACTS.source}`, "gu");

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** UTF-16 code units. No line of ours is longer, and no message. */
export const LONGEST_LINE = 4_000;
const LONGEST_TEXT = 256_000;

/** JSON's escape of each code unit: `\u001b`, `\udb40\udc01`. */
function escaped(char: string): string {
  return Array.from(
    { length: char.length },
    (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** At most `longest` code units, without half a surrogate pair at the end; `…` where something was cut off. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A limit below holds a name or a value, not sentences. */
const HOLDS_SENTENCES = 200;
const SENTENCE_ENDS = /[.!?] (?=[A-Z`"])/g;

/**
 * The same for sentences: what to do stands in the last one, which stays whole, and what is left out is left out between
 * two sentences where one fits.
 */
function cutSentences(text: string, longest: number): string {
  if (text.length <= longest || longest < HOLDS_SENTENCES) return cut(text, longest);
  const end = text.slice(-Math.floor(longest / 2));
  const border = [...end.matchAll(SENTENCE_ENDS)].at(-1);
  if (border === undefined) return cut(text, longest);
  const last = end.slice(border.index + 2);
  const beginning = text.slice(0, longest - last.length - 3);
  const whole = [...beginning.matchAll(SENTENCE_ENDS)].at(-1);
  const kept =
    whole === undefined ? cut(`${beginning}…`, beginning.length) : `${beginning.slice(0, whole.index + 1)} …`;
  return `${kept} ${last}`;
}

/** Foreign text on one line: what acts is shown as its escape (`\n`, `\u001b`, `\u202e`), a user in a URL is taken out. */
export function oneLine(text: string): string {
  return withoutUserInfo(text).replace(ACTS, (char) => NAMED[char] ?? escaped(char));
}

/** The same, at most `longest` UTF-16 code units. Of sentences the last stays: it is what to do. */
export function clip(text: string, longest = 80): string {
  // What is cut off anyway need not be escaped: a message may be megabytes.
  return cutSentences(oneLine(cutSentences(withoutUserInfo(text), longest)), longest);
}

/** In double quotes. */
export function quoted(text: string, longest = 80): string {
  return `"${clip(text, longest)}"`;
}

/** A text of any length with every character that acts shown as its escape, but for line breaks. */
export function visible(text: string): string {
  return text.replace(ACTS_BUT_LINE_BREAK, (char) => NAMED[char] ?? escaped(char));
}

/** A whole message as it may leave: our line breaks stay, everything else that acts is shown as its escape. */
export function printable(text: string): string {
  const shown = visible(cut(withoutUserInfo(text), LONGEST_TEXT));
  return cut(
    shown.replace(/[^\n]+/g, (line) => cutSentences(line, LONGEST_LINE)),
    LONGEST_TEXT,
  );
}

/** Every text in plain data as one line; all else is left as it is. */
export function oneLineIn<T>(value: T): T {
  if (typeof value === "string") return clip(value, LONGEST_LINE) as T;
  if (Array.isArray(value)) return value.map(oneLineIn) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [oneLine(key), oneLineIn(entry)])) as T;
}

/** JSON (RFC 8259), indented by two, in which nothing acts on a terminal: it parses to the same as `JSON.stringify`'s. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(ACTS_BUT_LINE_BREAK, escaped);
}

/** Whether it names a user, a password or a token where an address has room for one: before an "@", or in a URL's query. */
export function holdsCredentials(address: string): boolean {
  return address.includes("@") || /^[a-z][a-z0-9+.-]*:\/\/[^?]*\?/i.test(address);
}

/** An address in quotes, unless it may hold credentials. */
export function quotedAddress(text: string): string {
  return holdsCredentials(text) ? "the address" : quoted(text);
}

/** `https://user:password@host` without its user (RFC 3986 section 3.2.1): credentials in URLs go into no message. */
export function withoutUserInfo(text: string): string {
  return text.replace(/:\/\/[^\s/?#]*@/g, "://[redacted]@");
}

/** A URL as it may be shown: a user or a query may be the key to what it leads to. */
export function withoutCredentials(url: string): string {
  return withoutUserInfo(url).replace(/\?.*$/s, "");
}

/** Whether an answer is an HTML page: of a proxy or a network, where data was asked for. */
export function isPage(text: string): boolean {
  return /^\uFEFF?\s*<(!doctype html|html)/i.test(text);
}
