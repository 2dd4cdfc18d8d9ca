/** One set of `sesdomain:credentials`: its members that are text and not empty, without white space around them. */
export type NamedSet = Readonly<Record<string, string>>;

/** The stack config that holds sets of credentials by name. */
export const NAMED_SETS_KEY = "sesdomain:credentials";

/**
 * Reads the value of `sesdomain:credentials`, a JSON object of objects. A set that is no object is `undefined`. `fault` is
 * what is wrong with all of it, as the end of a sentence, and holds nothing of what is in it.
 */
export function readNamedSets(
  raw: string | undefined,
): { readonly sets: ReadonlyMap<string, NamedSet | undefined> } | { readonly fault: string } {
  if (raw === undefined || raw.trim() === "") return { sets: new Map() };
  const sets = parse(raw);
  if (!isObject(sets)) return { fault: "is not a JSON object" };
  return { sets: new Map(Object.entries(sets).map(([name, set]) => [name, isObject(set) ? textsOf(set) : undefined])) };
}

function textsOf(set: Readonly<Record<string, unknown>>): NamedSet {
  const texts = Object.entries(set).flatMap(([member, value]) => {
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" ? [] : [[member, text] as const];
  });
  return Object.fromEntries(texts);
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
