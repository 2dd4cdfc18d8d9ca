import { type Notes, type Read, readBoolean, readChoice } from "./read";

/** One argument of a resource: its check and its default. What it means is said by the comment of its type (`resources/args.ts`). */
export interface Argument<Value, Context = unknown> {
  /** What stands in for a value that is left out. */
  readonly fallback?: Value;
  /** The default as a program writes it, where that is not the value itself. */
  readonly writtenFallback?: string;
  /** In the order in which they are told. */
  readonly choices?: readonly string[];
  /** Another value replaces the resource. */
  readonly replaces?: true;
  /** `path`: the argument's name, for messages. `context`: what the check knows of other arguments and of the stack. */
  read(notes: Notes, path: string, value: unknown, context: Context): Read<Value>;
}

export function choice<const Choice extends string>(
  choices: readonly Choice[],
  fallback: Choice,
): Argument<Choice> & { readonly fallback: Choice } {
  return { choices, fallback, read: (notes, path, value) => readChoice(notes, path, value, choices) };
}

export function flag(fallback: boolean): Argument<boolean> & { readonly fallback: boolean } {
  return { fallback, read: readBoolean };
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

/** What a reference or a schema says of an argument, beyond its type. */
export interface ArgumentFacts {
  /** As a program writes it; undefined where there is none. */
  readonly default: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly replaces: boolean;
}

type Declared = Pick<Argument<unknown>, "fallback" | "writtenFallback" | "choices" | "replaces"> & {
  readonly read: unknown;
};

/** By name, in the order of the declarations. */
export function factsOf(declared: Readonly<Record<string, Declared>>): ReadonlyMap<string, ArgumentFacts> {
  return new Map(
    Object.entries(declared).map(([name, { fallback, writtenFallback, choices, replaces }]) => {
      const written = fallback === undefined ? undefined : JSON.stringify(fallback);
      return [name, { default: writtenFallback ?? written, choices, replaces: replaces === true }];
    }),
  );
}
