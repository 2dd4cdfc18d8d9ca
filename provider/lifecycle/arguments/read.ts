import { joinPath } from "../../core/path";
import { nearest, oneOf } from "../../core/suggest";
import { clip } from "../../core/text";
import { type Failure, isUnknown, type Unknown } from "./types";

/** What one reading of a program's arguments gathers. */
export interface Notes {
  readonly failures: Failure[];
  readonly warnings: string[];
  /** Paths of values that are not known yet. */
  readonly unknownPaths: string[];
}

/** A value as read: `undefined` where it was left out, or refused (then `failures` says so). */
export type Read<T> = T | Unknown | undefined;

export function fail(notes: Notes, property: string, reason: string): undefined {
  notes.failures.push({ property, reason });
  return undefined;
}

/** For a reason that tells nothing of the value but its type: it is told of secrets too. */
export function failType(notes: Notes, property: string, reason: string): undefined {
  notes.failures.push({ property, reason, valueFree: true });
  return undefined;
}

/** Left out, or not known yet (then noted). */
function skipped(notes: Notes, path: string, value: unknown): value is Unknown | undefined | null {
  if (isUnknown(value)) notes.unknownPaths.push(path);
  return value === undefined || value === null || isUnknown(value);
}

export function readText(notes: Notes, path: string, value: unknown): Read<string> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (typeof value !== "string") return failType(notes, path, `must be text, not ${kindOf(value)}`);
  const text = value.trim();
  return text === "" ? failType(notes, path, "is empty; leave it out to have the default") : text;
}

export function readBoolean(notes: Notes, path: string, value: unknown): Read<boolean> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (typeof value === "boolean") return value;
  const quoted = value === "true" || value === "false";
  return failType(notes, path, `must be true or false, not ${quoted ? `text; leave out the quotes` : kindOf(value)}`);
}

/** A whole number from `least` to `most`, both included. */
export function readWhole(notes: Notes, path: string, value: unknown, least: number, most: number): Read<number> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (typeof value !== "number") {
    if (typeof value !== "string" || !/^\d+$/.test(value))
      return failType(notes, path, `must be a number, not ${kindOf(value)}`);
    return fail(notes, path, `must be a number, not text; write ${clip(value, 40)} without quotes`);
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    return fail(notes, path, `is ${value}; it must be a whole number from ${least} to ${most}`);
  }
  return value;
}

export function readChoice<T extends string>(
  notes: Notes,
  path: string,
  value: unknown,
  options: readonly T[],
): Read<T> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (typeof value !== "string") return failType(notes, path, `must be ${oneOf(options)}, not ${kindOf(value)}`);
  const exact = options.find((option) => option === value);
  if (exact !== undefined) return exact;
  const close = nearest(value, options);
  return fail(
    notes,
    path,
    `is "${clip(value, 40)}"; it must be ${oneOf(options)}${close ? `. Did you mean "${close}"?` : ""}`,
  );
}

export type Bag = Readonly<Record<string, unknown>>;

/** An object with known properties only. Names that begin with `__` are Pulumi's and the provider's own. */
export function readObject(notes: Notes, path: string, value: unknown, known: readonly string[]): Read<Bag> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (typeof value !== "object" || Array.isArray(value))
    return failType(notes, path, `must be an object, not ${kindOf(value)}`);
  const bag = value as Bag;
  for (const key of Object.keys(bag)) {
    if (known.includes(key) || key.startsWith("__")) continue;
    fail(notes, joinPath(path, key), strangerReason(key, known));
  }
  return bag;
}

const SECRET = /secret|password|passwd|api_?key|api_?token|access_?key|session_?token|tsig|private_?key/i;

function strangerReason(key: string, known: readonly string[]): string {
  if (SECRET.test(key)) {
    return "is not an argument: credentials would end up in the state. Put them into stack config (pulumi config set --secret) or the environment";
  }
  const close =
    nearest(key, known) ?? known.find((name) => key.length > 3 && key.toLowerCase().endsWith(name.toLowerCase()));
  return `is not an argument${close ? `; did you mean "${close}"?` : `. There are ${known.join(", ")}`}`;
}

/** A list, read item by item; items that are refused are left out (then `failures` says so). */
export function readList<T>(
  notes: Notes,
  path: string,
  value: unknown,
  item: (path: string, value: unknown) => T,
): Read<T[]> {
  if (skipped(notes, path, value)) return value ?? undefined;
  if (!Array.isArray(value)) return failType(notes, path, `must be a list, not ${kindOf(value)}`);
  return value.map((entry, index) => item(`${path}[${index}]`, entry));
}

/** Without the properties that were left out: what is stored is plain JSON. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

export function known<T>(value: Read<T>): value is T {
  return value !== undefined && !isUnknown(value);
}

/** For a sentence: `must be text, not a list`. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return "text";
  return `a ${typeof value}`;
}
