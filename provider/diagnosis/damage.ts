import { editDistance } from "../core/edit-distance";
import type { Fqdn } from "../core/fqdn";
import { editWords, lookalikes } from "./damage/distance";
import { readingsOf, type UndoneKind, type Unwrapped } from "./damage/unwrap";

/** A token of SES: 32 octets in base64, at the domain itself with `amazonses:` in front. */
const TOKEN = /^(?:amazonses:)?[A-Za-z0-9+/]{43}=$/;
const TOKEN_WITHIN = /[A-Za-z0-9+/]{43}=/;
const TOKEN_LENGTH = 44;
export const PREFIX = "amazonses:";

export function isTokenShaped(value: string): boolean {
  return TOKEN.test(value);
}

/** Whether a value at `name` is a token of SES. At the domain itself stand values of many services: there it has the prefix. */
export function isTokenAt(value: string, name: Fqdn, domain: Fqdn): boolean {
  return isTokenShaped(value) && (name !== domain || bareToken(value) !== value);
}

export function bareToken(value: string): string {
  return value.startsWith(PREFIX) ? value.slice(PREFIX.length) : value;
}

type DamageKind =
  | UndoneKind
  | "prefix-added"
  | "prefix-missing"
  | "padding-lost"
  | "case"
  | "cut"
  | "doubled"
  | "run-together"
  | "surrounded"
  | "look-alike"
  | "mistyped"
  | "several";

export interface Damage {
  readonly kind: DamageKind;
  /** What happened to the value, as a clause that fits after "because" or a colon. */
  readonly words: string;
}

/**
 * What makes `found` of `expected`, when the one is a damaged copy of the other. Undefined where they are equal, or
 * have nothing to do with each other. Of all that explains it the simplest is named: changes are undone one by one, and
 * what is left is compared.
 */
export function damageOf(found: string, expected: string): Damage | undefined {
  if (found === expected || found.length > LONGEST_COPY || found.length < shortestCopy(expected)) return undefined;
  let best: { readonly damage: Damage; readonly cost: number } | undefined;
  for (const unwrapped of readingsOf(found)) {
    const cost = unwrapped.undone.length;
    if (best !== undefined && best.cost <= cost) break;
    const left = differenceOf(unwrapped.text, expected);
    if (left === undefined || (best !== undefined && best.cost <= cost + left.cost)) continue;
    best = { damage: describe(unwrapped, left), cost: cost + left.cost };
  }
  return best?.damage;
}

/** Whether it is that value, whole or damaged, with or without "amazonses:" in front. */
export function isCopyOf(found: string, value: string): boolean {
  return bareToken(found) === bareToken(value) || damageOf(found, value) !== undefined;
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

/** The tokens in one value that holds several, run together into one record; empty where there is room for one only. */
export function tokensIn(found: string): readonly string[] {
  if (found.length > LONGEST_COPY || found.length < 2 * TOKEN_LENGTH) return [];
  const readings = readingsOf(found).map(({ text }) => [...new Set(text.match(new RegExp(TOKEN_WITHIN, "g")) ?? [])]);
  return readings.reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Damage does not turn 44 characters into more; a hostile server may serve 65,535 of them. */
const LONGEST_COPY = 1_000;

/** What is shorter is no copy; nothing else is looked for in it. */
function shortestCopy(expected: string): number {
  return Math.min(TELLING_LENGTH, expected.length / 2);
}

/** Long enough that a part is no coincidence. */
const TELLING_LENGTH = 12;
/** One slip in so many characters is no coincidence: two tokens have hardly one character in the same place. */
const CHARACTERS_A_SLIP = 9;

interface Difference extends Damage {
  /** How far it is from certain; 0 for none. */
  readonly cost: number;
}

type Compare = (found: string, expected: string) => Difference | undefined;

const when = (kind: DamageKind, cost: number, words: string, holds: (found: string, expected: string) => boolean) =>
  ((found, expected) => (holds(found, expected) ? { kind, cost, words } : undefined)) satisfies Compare;

const COMPARISONS: readonly Compare[] = [
  when(
    "prefix-added",
    1,
    'it has the prefix "amazonses:", which belongs only to values at the domain itself',
    (f, e) => f === PREFIX + e,
  ),
  when("prefix-missing", 1, 'it lacks the prefix "amazonses:"', (f, e) => e === PREFIX + f),
  when("plus-lost", 1, 'its "+" is lost', (f, e) => e.includes("+") && f === e.replace(/\+/g, "")),
  when("padding-lost", 1, 'its final "=" is cut off', (f, e) => e.endsWith("=") && f === e.replace(/=+$/, "")),
  when("case", 1, "its upper and lower case is not kept", (f, e) => f.toLowerCase() === e.toLowerCase()),
  surrounded,
  when("cut", 2, "it is cut short", isCut),
  when("look-alike", 1, "it has characters that only look like the right ones", (f, e) => {
    const count = lookalikes(f, e);
    return count > 0 && e.length - count >= TELLING_LENGTH;
  }),
  mistyped,
  when("several", 5, "it was changed in several ways", (f, e) => {
    const [found, expected] = [core(f), core(e)];
    if (expected.length < TELLING_LENGTH) return false;
    const isPart = found.length >= TELLING_LENGTH && expected.includes(found);
    return isPart || found.includes(expected) || editDistance(found, expected, slips(expected)) !== undefined;
  }),
];

/** What is between one reading of a value and the expected one; undefined where that is everything. */
function differenceOf(found: string, expected: string): Difference | undefined {
  if (found === expected) return { kind: "several", cost: 0, words: "" };
  let best: Difference | undefined;
  for (const compare of COMPARISONS) {
    const one = compare(found, expected);
    if (one !== undefined && (best === undefined || one.cost < best.cost)) best = one;
  }
  return best;
}

function describe({ undone }: Unwrapped, left: Difference): Damage {
  const names = new Map<string, number>();
  for (const { words } of undone) names.set(words, (names.get(words) ?? 0) + 1);
  const clauses = [...names].map(([words, times]) => (times === 1 ? words : `${words} (${times} times)`));
  if (left.cost > 0) clauses.push(left.words);
  const kinds = new Set([...undone.map(({ kind }) => kind), ...(left.cost > 0 ? [left.kind] : [])]);
  const [first] = kinds;
  return { kind: kinds.size === 1 && first !== undefined ? first : "several", words: clauses.join(", and ") };
}

/** Part of a record as zone files and panels show one: its type, its class and its TTL. */
const RECORD_PART = /\b(?:TXT|IN|TTL|name|value|type)\b/i;

function surrounded(found: string, expected: string): Difference | undefined {
  if (expected.length < TELLING_LENGTH || !found.includes(expected)) return undefined;
  const rest = found.split(expected);
  if (rest.length > 2) return { kind: "doubled", cost: 2, words: "the record contains it more than once" };
  const outside = rest.join(" ");
  if (TOKEN_WITHIN.test(outside))
    return { kind: "run-together", cost: 2, words: "several values were merged into one" };
  const pasted = RECORD_PART.test(outside) ? ", as if a whole record had been pasted" : "";
  return { kind: "surrounded", cost: 2, words: `the record has other text before or after it${pasted}` };
}

/** Of several parts in a row, each is at least so long. */
const TELLING_PART = 4;
/** As pages and terminals shorten what they show. */
const ELLIPSIS = /\.{2,}|…/;

/** A part of it, or parts with an ellipsis where the rest was. */
function isCut(found: string, expected: string): boolean {
  const parts = bareToken(found)
    .split(ELLIPSIS)
    .filter((part) => part !== "");
  if (parts.join("").length < TELLING_LENGTH || parts.some((part) => part.length < TELLING_PART)) return false;
  let from = 0;
  return parts.every((part) => {
    const at = expected.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

function mistyped(found: string, expected: string): Difference | undefined {
  if (expected.length < TELLING_LENGTH) return undefined;
  const distance = editDistance(found, expected, slips(expected));
  return distance === undefined
    ? undefined
    : { kind: "mistyped", cost: 4, words: editWords(found, expected, distance) };
}

function slips(expected: string): number {
  return Math.floor(expected.length / CHARACTERS_A_SLIP);
}

/** The letters and digits, which survive most accidents. */
function core(text: string): string {
  return bareToken(text)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}
