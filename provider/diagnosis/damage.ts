/** A token of SES: 32 octets in base64, at the domain itself with `amazonses:` in front. */
const TOKEN = /^(?:amazonses:)?[A-Za-z0-9+/]{43}=$/;
const PREFIX = "amazonses:";

export function isTokenShaped(value: string): boolean {
  return TOKEN.test(value);
}

export function bareToken(value: string): string {
  return value.startsWith(PREFIX) ? value.slice(PREFIX.length) : value;
}

type DamageKind =
  | "prefix-added"
  | "prefix-missing"
  | "quotes"
  | "line-break"
  | "white-space"
  | "plus-lost"
  | "padding-lost"
  | "url-encoded"
  | "url-safe"
  | "case"
  | "cut"
  | "surrounded"
  | "mistyped"
  | "several";

export interface Damage {
  readonly kind: DamageKind;
  /** What happened to the value, as a clause that fits after "because" or a colon. */
  readonly words: string;
}

/**
 * What makes `found` of `expected`, when the one is a damaged copy of the other. Undefined where they are equal, or
 * have nothing to do with each other. Each kind was met in practice; the first that explains all of it is named.
 */
export function damageOf(found: string, expected: string): Damage | undefined {
  if (found === expected || found.length > LONGEST_COPY) return undefined;
  for (const [kind, words, makes] of KINDS) {
    if (makes(found, expected)) return { kind, words };
  }
  return undefined;
}

/** Two values that together are the expected one: it was published as two records instead of two strings of one. */
export function splitInto(values: readonly string[], expected: string): readonly [string, string] | undefined {
  const candidates = values.filter(
    (value) => value !== "" && value.length < expected.length && expected.includes(value),
  );
  for (const head of candidates) {
    if (!expected.startsWith(head)) continue;
    const tail = candidates.find((value) => head + value === expected);
    if (tail !== undefined) return [head, tail];
  }
  return undefined;
}

type Test = (found: string, expected: string) => boolean;

/** Damage does not turn 44 characters into more; a hostile server may serve 65,535 of them. */
const LONGEST_COPY = 1_000;

/** Long enough that a part is no coincidence. */
const TELLING_LENGTH = 12;

const KINDS: readonly (readonly [DamageKind, string, Test])[] = [
  [
    "prefix-added",
    'it has "amazonses:" in front, which belongs only to values at the domain itself',
    (f, e) => f === PREFIX + e,
  ],
  ["prefix-missing", 'it lacks "amazonses:" in front', (f, e) => e === PREFIX + f],
  [
    "quotes",
    "it has quotation marks in it: it was quoted twice",
    (f, e) => f.trim() !== unquoted(f) && unquoted(f) === e,
  ],
  ["line-break", "it has a line break in it", (f, e) => /[\r\n]/.test(f) && closed(f) === e],
  [
    "plus-lost",
    'its "+" became a space',
    (f, e) => e.includes("+") && f.trim().includes(" ") && f.trim().replace(/ /g, "+") === e,
  ],
  ["plus-lost", 'its "+" is lost', (f, e) => e.includes("+") && f === e.replace(/\+/g, "")],
  ["white-space", "it has white space in it", (f, e) => closed(f) === e],
  ["padding-lost", 'its final "=" is cut off', (f, e) => e.endsWith("=") && f === e.replace(/=+$/, "")],
  ["url-encoded", "it is percent-encoded, as in a web address", (f, e) => decoded(f) === e],
  ["url-safe", 'its "+" and "/" were replaced by "-" and "_"', (f, e) => f.replace(/-/g, "+").replace(/_/g, "/") === e],
  ["case", "its upper and lower case is not kept", (f, e) => f.toLowerCase() === e.toLowerCase()],
  ["surrounded", "it has something in front of it or after it", (f, e) => e.length >= TELLING_LENGTH && f.includes(e)],
  ["cut", "it is cut short", (f, e) => bareToken(f).length >= TELLING_LENGTH && e.startsWith(f)],
  [
    "several",
    "it was changed in several ways on its way",
    (f, e) => core(e).length >= TELLING_LENGTH && core(f) === core(e),
  ],
  ["mistyped", "it differs in a few characters", fewDiffer],
];

function unquoted(text: string): string {
  return text.trim().replace(/^(?:\\?["'“”‘’])+|(?:\\?["'“”‘’])+$/g, "");
}

/** Without white space, also such as no keyboard has. */
function closed(text: string): string {
  return text.replace(/[\s\u200b\ufeff]/g, "");
}

function decoded(text: string): string | undefined {
  if (!/%[0-9a-f]{2}/i.test(text)) return undefined;
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The letters and digits, which survive most accidents. */
function core(text: string): string {
  return bareToken(unquoted(closed(decoded(text) ?? text)))
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}

function fewDiffer(found: string, expected: string): boolean {
  if (found.length !== expected.length || expected.length < TELLING_LENGTH) return false;
  let differing = 0;
  for (let index = 0; index < found.length; index++) if (found[index] !== expected[index]) differing++;
  return differing <= 3;
}
