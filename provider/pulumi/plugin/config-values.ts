import { nearest, oneOf } from "../../core/suggest";
import { clip } from "../../core/text";
import type { ConfigKey } from "./config-keys";

/** A provider's input is a few lines; a key file of Google's has 2,400 characters. */
const LONGEST_VALUE = 262_144;

/**
 * An input as the dynamic provider reads it from stack config: structured values as JSON text. Undefined where it is not
 * set, or is longer than any setting.
 */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_VALUE ? undefined : text;
}

/** The same for values that mean the same: JSON text and an object, one value and a list of it, members in another order. */
export function canonical(key: ConfigKey, value: unknown): string | undefined {
  const text = textOf(value)?.trim();
  if (text === undefined || text === "") return undefined;
  if (key.type !== "list" && key.type !== "object") return text;
  const parsed = parse(text);
  if (key.type === "object") return JSON.stringify(sorted(parsed ?? text));
  const listed = listedIn(key, isObject(parsed) ? [parsed] : parsed, text);
  return JSON.stringify(sorted(listed.map((one) => (typeof one === "number" ? String(one) : one))));
}

/**
 * What is wrong with the value of an input, as a clause that fits after its name. It does not quote the value: which ones
 * the stack holds as secrets, CheckConfig is not told.
 */
export function valueFault(key: ConfigKey, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = textOf(value)?.trim();
  if (text === undefined) return `is longer than ${LONGEST_VALUE} characters`;
  if (text === "") return undefined;
  switch (key.type) {
    case "text":
      return typeof value === "object" ? "must be text" : textFault(key, text);
    case "number":
      return /^-?\d+$/.test(text) ? textFault(key, text) : "must be a whole number";
    case "boolean":
      return text === "true" || text === "false" ? undefined : "must be true or false";
    case "object":
      return objectFault(key, typeof value === "string" ? parse(text) : value);
    case "list":
      return listFault(key, value, text);
  }
}

function textFault({ options, judge }: ConfigKey, text: string): string | undefined {
  if (options === undefined || options.includes(text)) return judge?.(text);
  const meant = nearest(text, options);
  return meant === undefined ? `must be ${oneOf(options)}` : `is none of its values; did you mean "${meant}"?`;
}

/** One object, or, as Pulumi's AWS provider takes them, a list of objects. */
function objectFault({ members }: ConfigKey, value: unknown): string | undefined {
  const objects: readonly unknown[] = Array.isArray(value) && members !== "sets" ? value : [value];
  for (const object of objects) {
    if (!isObject(object)) return "must be an object, or the JSON text of one";
    for (const [name, member] of Object.entries(object)) {
      if (members === "text" && typeof member !== "string")
        return `has the member "${clip(name, 40)}", which is no text`;
      if (members === "sets" && !isObject(member)) return `has the member "${clip(name, 40)}", which is no object`;
    }
  }
  return undefined;
}

function listFault(key: ConfigKey, value: unknown, text: string): string | undefined {
  const parsed = typeof value === "string" ? parse(text) : value;
  if (key.members === "text") {
    if (parsed === undefined && text.startsWith("[") && key.commas === undefined) return "is not valid JSON";
    if (isObject(parsed)) return "must be a list of texts";
    for (const one of listedIn(key, parsed, text)) {
      if (typeof one !== "string" && typeof one !== "number") return "must be a list of texts";
      const fault = textFault(key, String(one).trim());
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const listed: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return listed.every(isObject) ? undefined : "must be a list of objects, or the JSON text of one";
}

/** One value in place of a list is a list of it. */
function listedIn({ commas }: ConfigKey, parsed: unknown, text: string): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  return commas === undefined ? [text] : text.split(",").map((one) => one.trim());
}

/** Undefined where the text is no JSON: the parser's own message quotes it, and it may hold a secret. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
