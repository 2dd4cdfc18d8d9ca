/** One statement of an IAM policy, as far as the emulator evaluates it. */
interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** `except`: of `NotAction` and `NotResource`. */
interface Patterns {
  readonly texts: readonly string[];
  readonly except: boolean;
}

interface Condition {
  readonly operator: keyof typeof OPERATORS;
  readonly key: ConditionKey;
  readonly values: readonly string[];
}

/** What the emulator's requests say of themselves. */
const CONDITION_KEYS = [
  "aws:RequestedRegion",
  "route53:ChangeResourceRecordSetsActions",
  "route53:ChangeResourceRecordSetsRecordTypes",
  "route53:ChangeResourceRecordSetsNormalizedRecordNames",
  "ses:ReplicaRegion",
] as const;
type ConditionKey = (typeof CONDITION_KEYS)[number];

/** By condition key. A key with several values has them all. */
export type RequestContext = { readonly [K in ConditionKey]?: readonly string[] };

/** Of one request, by an account's policy. */
export type Decision = "allowed" | "denied" | "no statement";

const OPERATORS = {
  StringEquals: (asked: readonly string[], values: readonly string[]) =>
    asked.length > 0 && asked.every((one) => values.includes(one)),
  StringLike: (asked: readonly string[], values: readonly string[]) =>
    asked.length > 0 && asked.every((one) => values.some((value) => matches(value, one))),
  // True also where the request has no such key (IAM User Guide, "Multivalued context keys").
  "ForAllValues:StringEquals": (asked: readonly string[], values: readonly string[]) =>
    asked.every((one) => values.includes(one)),
  "ForAllValues:StringLike": (asked: readonly string[], values: readonly string[]) =>
    asked.every((one) => values.some((value) => matches(value, one))),
} as const;

const ELEMENTS = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]);

/** A policy as an identity has it. Whatever the emulator does not evaluate is refused, so that nothing is allowed by mistake. */
export function readPolicy(document: unknown): readonly Statement[] {
  const { Statement } = objectOf(document, "the policy");
  return listOf(Statement).map((one, index) => readStatement(objectOf(one, `statement ${index + 1}`), index + 1));
}

export function decide(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: RequestContext,
): Decision {
  const applying = statements.filter(
    ({ actions, resources, conditions }) =>
      isAmong(actions, action, "i") &&
      isAmong(resources, resource) &&
      conditions.every(({ operator, key, values }) => OPERATORS[operator](context[key] ?? [], values)),
  );
  if (applying.some(({ effect }) => effect === "Deny")) return "denied";
  return applying.length > 0 ? "allowed" : "no statement";
}

function isAmong({ texts, except }: Patterns, text: string, flags?: string): boolean {
  return texts.some((pattern) => matches(pattern, text, flags)) !== except;
}

/** A pattern of IAM: `*` and `?` are wildcards, `${*}`, `${?}` and `${$}` are these characters. */
export function matches(pattern: string, text: string, flags = ""): boolean {
  const source = pattern.replace(/\$\{([*?$])\}|[*?]|[.+^${}()|[\]\\]/g, (part, literal: string | undefined) => {
    if (literal !== undefined) return `\\${literal}`;
    if (part === "*") return ".*";
    return part === "?" ? "." : `\\${part}`;
  });
  return new RegExp(`^${source}$`, flags).test(text);
}

function readStatement(statement: Readonly<Record<string, unknown>>, number: number): Statement {
  const stranger = Object.keys(statement).find((name) => !ELEMENTS.has(name));
  if (stranger !== undefined) throw new RangeError(`statement ${number}: the emulator does not evaluate ${stranger}`);
  const { Effect, Condition = {} } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw new RangeError(`statement ${number} has no Effect`);
  const conditions = Object.entries(objectOf(Condition, "Condition")).flatMap(([operator, keys]) => {
    if (!isOperator(operator)) throw new RangeError(`statement ${number}: the emulator does not evaluate ${operator}`);
    return Object.entries(objectOf(keys, operator)).map(([key, values]) => ({
      operator,
      key: keyOf(key, number),
      values: textsOf(values),
    }));
  });
  const patterns = (name: "Action" | "Resource"): Patterns => {
    const except = statement[`Not${name}`] !== undefined;
    if (except && statement[name] !== undefined) {
      throw new RangeError(`statement ${number} has ${name} and Not${name}`);
    }
    return { texts: textsOf(statement[except ? `Not${name}` : name]), except };
  };
  return { effect: Effect, actions: patterns("Action"), resources: patterns("Resource"), conditions };
}

/** Keys are the same in any case (IAM User Guide, "IAM JSON policy elements: Condition"). */
function keyOf(key: string, number: number): ConditionKey {
  const known = CONDITION_KEYS.find((one) => one.toLowerCase() === key.toLowerCase());
  if (known === undefined) throw new RangeError(`statement ${number}: the emulator does not evaluate ${key}`);
  return known;
}

function isOperator(text: string): text is keyof typeof OPERATORS {
  return Object.hasOwn(OPERATORS, text);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new RangeError(`${what} is no object`);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function textsOf(value: unknown): readonly string[] {
  const texts = listOf(value).filter((one) => typeof one === "string");
  if (texts.length > 0 && texts.length === listOf(value).length) return texts;
  throw new RangeError("a policy's Action, Resource and condition values are text, or lists of text");
}
