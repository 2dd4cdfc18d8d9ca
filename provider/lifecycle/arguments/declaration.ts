import { type Notes, type Read, readBoolean, readChoice } from "./read";

/** One argument of a resource: its check, its default, and what the reference says of it, in one place. */
export interface Argument<Value, Context = unknown> {
  /** In Markdown, for the table of arguments. */
  readonly describe: string;
  /** What stands in for a value that is left out. */
  readonly fallback?: Value;
  /** `path`: the argument's name, for messages. `context`: what the check knows of other arguments and of the stack. */
  read(notes: Notes, path: string, value: unknown, context: Context): Read<Value>;
}

export function choice<const Choice extends string>(
  choices: readonly Choice[],
  fallback: Choice,
  describe: string,
): Argument<Choice> & { readonly fallback: Choice } {
  return { fallback, describe, read: (notes, path, value) => readChoice(notes, path, value, choices) };
}

export function flag(fallback: boolean, describe: string): Argument<boolean> & { readonly fallback: boolean } {
  return { fallback, describe, read: readBoolean };
}

type Values<Declared> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Argument<infer Value, never>
    ? Declared[Name] extends { readonly fallback: unknown }
      ? Exclude<Read<Value>, undefined>
      : Read<Value>
    : never;
};

/** Reads what a program passed, argument by argument in their order; what is wrong goes into `notes`. */
export function readArguments<Declared extends Readonly<Record<string, Argument<unknown, never>>>, Context>(
  declared: Declared,
  notes: Notes,
  bag: Readonly<Record<string, unknown>>,
  context: (read: Readonly<Record<string, unknown>>) => Context,
): Values<Declared> {
  const values: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(declared as Readonly<Record<string, Argument<unknown, Context>>>)) {
    values[name] = argument.read(notes, name, bag[name], context(values)) ?? argument.fallback;
  }
  return values as Values<Declared>;
}

/** The table of a resource's arguments, in Markdown. */
export function argumentTable(declared: Readonly<Record<string, Pick<Argument<unknown>, "describe">>>): string {
  const rows = Object.entries(declared).map(([name, { describe }]) => `| \`${name}\` | ${describe} |`);
  return ["| argument | meaning |", "| --- | --- |", ...rows].join("\n");
}
