import { isDeepStrictEqual } from "node:util";
import { clip, LONGEST_LINE } from "../../core/text";
import { UNKNOWN } from "../../lifecycle/arguments/types";
import type { RestartsByArn } from "../../lifecycle/identity/restarts";
import {
  type Healthy,
  type Outlook,
  PART_NAMES,
  PART_READY,
  type PartName,
  type Props,
  type Remembered,
  type Step,
} from "../../lifecycle/lifecycle";
import { VERIFICATION_STATUSES } from "../../ses/port";

/*
 * The inputs of a dynamic resource, in addition to the program's arguments. A dynamic provider's Check is given the inputs of the
 * last run and nothing else: what it has to know of earlier runs is remembered in them. Names that begin with two
 * underscores are not shown by Pulumi.
 */

interface DerivedInputs extends Partial<Record<PartName, string>> {
  /** The plan in words: a change of it is what a preview shows. */
  readonly verification: string;
  /** Known ahead, so that dependents keep it during an update. */
  readonly identityArns?: Readonly<Record<string, string>>;
  /** The resource registers on its identities. Left out by version 0.1. */
  readonly __register: number;
  /** Left out where there is nothing. */
  readonly __asked?: RestartsByArn;
  /** What the last run had to do; left out where that was nothing. */
  readonly __plan?: RememberedPlan;
  /** The program's arguments whose properties show the plan for a part. */
  readonly __sending?: Props;
  /** What the last run saw, where that was as the program says; left out where it was not, or not all of it was seen. */
  readonly __seen?: Readonly<Record<string, string>>;
}

interface RememberedPlan {
  readonly steps: readonly Step[];
  /** How many updates had to do the same. */
  readonly runs: number;
}

/** The version of the register of users (tags on an identity). */
const REGISTER_VERSION = 1;

/** Keys that are not the program's. Those of the last line were written by earlier versions. */
const DERIVED: ReadonlySet<string> = new Set([
  ...["__provider", "__urn", "verification", "identityArns", "__register", "__asked", "__plan", "__seen", "__preview"],
  ...["__sending"],
  ...["__declared"],
  ...["__strangers"],
]);

/** What Pulumi passes during a preview for a value that another resource has yet to produce (`pulumi.runtime.rpc`, unknownValue). */
export const WIRE_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The program's own arguments. */
export function programsOf(inputs: Props): Props {
  const own = Object.entries(withProgramsParts(inputs)).filter(([key]) => !DERIVED.has(key));
  return replaced(Object.fromEntries(own), WIRE_UNKNOWN, UNKNOWN) as Props;
}

/** A part's property shows its plan; what the program said of it stands next to it. */
function withProgramsParts({ __sending, ...inputs }: Props): Props {
  if (typeof __sending !== "object" || __sending === null) return inputs;
  const others = Object.entries(inputs).filter(([key]) => !PART_NAMES.some((part) => part === key));
  return { ...Object.fromEntries(others), ...__sending };
}

function sendingIn(inputs: Props): Props {
  return Object.fromEntries(PART_NAMES.flatMap((part) => (inputs[part] === undefined ? [] : [[part, inputs[part]]])));
}

/** What a run asks for in addition to the verification, for itself and for each identity. */
function askedIn(inputs: Props, part: string): readonly unknown[] {
  const identities: readonly unknown[] = Array.isArray(inputs.identities) ? inputs.identities : [];
  const own = identities.map((one) => (typeof one === "object" && one !== null ? (one as Props)[part] : undefined));
  return [inputs[part], ...own].map((value) => value ?? undefined);
}

const PART_OF = { dkim: "dkim", mailFrom: "mail-from" } as const;

/** How that differs from the last run. */
function sendingSince(olds: Props, news: Props): Remembered["sending"] {
  const [before, now] = [withProgramsParts(olds), withProgramsParts(news)];
  const isOn = (values: readonly unknown[]) => values.some((value) => value !== undefined && value !== false);
  const added = (["dkim", "mailFrom"] as const).filter(
    (part) => isOn(askedIn(now, part)) && !isOn(askedIn(before, part)),
  );
  const isSame = [...PART_NAMES, "configurationSet"].every((part) =>
    isDeepStrictEqual(askedIn(before, part), askedIn(now, part)),
  );
  return { isSame, added: added.map((part) => PART_OF[part]) };
}

/** The arguments as Pulumi's wire has them. */
export function toWire(inputs: Props): Props {
  return replaced(inputs, UNKNOWN, WIRE_UNKNOWN) as Props;
}

/** A copy of plain JSON with one value in the place of another, at any depth. */
function replaced(value: unknown, from: unknown, to: unknown): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((each) => replaced(each, from, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, from, to)]));
}

/** Domains that the program declares near this one, as it passes them with some resources: a line each. */
export function declaredIn({ __declared }: Props): readonly string[] {
  return typeof __declared === "string" ? __declared.split("\n") : [];
}

/** What the inputs of the last run tell of it. */
export function rememberedOf(olds: Props, news: Props = {}): Remembered {
  const { identityArns, __asked, __register, __seen, verification } = olds as Partial<DerivedInputs>;
  return {
    subject: olds.domain ?? olds.address,
    planned: verification !== undefined,
    arns: identityArns ?? {},
    tokens: tokensIn(__seen ?? {}),
    asked: __asked ?? {},
    registered: __register !== undefined,
    waited: olds.wait !== false,
    verified: __seen !== undefined && olds.wait !== false,
    dns: olds.dns,
    sending: verification === undefined ? undefined : sendingSince(olds, news),
    former: verification === undefined ? undefined : programsOf(olds),
  };
}

/** What was seen of an identity is its token, or where there is none SES's status. */
function tokensIn(seen: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seen).filter(([, text]) => !VERIFICATION_STATUSES.some((one) => one === text)),
  );
}

/** The inputs that a run leaves for the next. `olds`: those of the last run. */
export function rememberIn(
  olds: Props,
  {
    text,
    plan,
    asked,
    seen,
    parts,
  }: Pick<Outlook, "text"> & Partial<Pick<Outlook, "plan" | "asked" | "seen" | "parts">>,
  identityArns: Readonly<Record<string, string>> | undefined,
  news: Props = {},
): DerivedInputs {
  const { steps = [] } = plan ?? {};
  const { __plan: before } = olds as Partial<DerivedInputs>;
  const same = before !== undefined && isDeepStrictEqual(before.steps, JSON.parse(JSON.stringify(steps)));
  const runs = same ? before.runs + 1 : 1;
  return {
    verification: shown(text, runs, steps),
    __register: REGISTER_VERSION,
    ...(identityArns === undefined ? {} : { identityArns }),
    ...(asked === undefined || Object.keys(asked).length === 0 ? {} : { __asked: asked }),
    ...(steps.length === 0 ? {} : { __plan: { steps, runs } }),
    ...(seen === undefined ? {} : { __seen: seen }),
    ...(parts === undefined || Object.keys(parts).length === 0
      ? {}
      : { ...shownParts(parts, runs, steps), __sending: sendingIn(news) }),
  };
}

function shownParts(
  parts: NonNullable<Outlook["parts"]>,
  runs: number,
  steps: readonly Step[],
): Partial<Record<PartName, string>> {
  return Object.fromEntries(Object.entries(parts).map(([part, text]) => [part, shown(text, runs, steps)]));
}

/**
 * The inputs as the run may show and keep them. `__preview` says which run it is, as the program sees it; without it they are
 * as they come. An `up` that ends well leaves the domain as the program says: what it had to do must not stand in the state
 * afterwards. A preview tells what is to do; what only `up` will know is not known yet: a new resource, and, as Diff alone
 * has the state, whether what was seen now is what the last run saw.
 */
export function shownIn(
  { __preview: isPreview }: Props,
  { __seen: now, ...derived }: DerivedInputs,
  { text, isNew, incomplete }: Pick<Outlook, "text"> & Partial<Pick<Outlook, "isNew" | "incomplete">>,
  { __seen: before }: Partial<DerivedInputs>,
  healthy: Healthy,
): DerivedInputs {
  if (typeof isPreview !== "boolean") return derived;
  const inputs = now === undefined ? derived : { ...derived, __seen: now };
  if (!isPreview) return { ...inputs, verification: healthy, ...partsAs(inputs, () => PART_READY) };
  const isTold = Object.values(partsAs(inputs, (told) => told)).some((told) => told !== PART_READY);
  const isProven = isTold || (now !== undefined && isDeepStrictEqual(before, now));
  const parts = partsAs(inputs, (told) => (told === PART_READY && isNew ? WIRE_UNKNOWN : told));
  if (text !== healthy) return { ...inputs, ...parts };
  if (isNew) return { ...inputs, ...parts, verification: WIRE_UNKNOWN };
  if (incomplete !== undefined) return { ...inputs, ...parts, verification: clip(incomplete, LONGEST_LINE) };
  return isProven ? { ...inputs, ...parts } : { ...inputs, ...parts, verification: WIRE_UNKNOWN };
}

/** The properties of parts, each said otherwise. */
function partsAs(inputs: DerivedInputs, say: (told: string) => string): Partial<Record<PartName, string>> {
  return Object.fromEntries(
    PART_NAMES.flatMap((part) => {
      const told = inputs[part];
      return told === undefined ? [] : [[part, say(told)]];
    }),
  );
}

/**
 * One line, without what acts on a terminal. Where the last run had the same to do, the number of runs is told: an input
 * with the same words would be no difference, and so no line in the preview.
 */
function shown(text: string, runs: number, steps: readonly Step[]): string {
  const line = clip(text, LONGEST_LINE);
  // One word says that there is nothing to do.
  const isPlan = /\W/.test(line) && steps.length > 0;
  return !isPlan || runs === 1 ? line : `${line} (The same in ${runs} updates.)`;
}
