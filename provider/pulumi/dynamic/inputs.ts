import { isDeepStrictEqual } from "node:util";
import { clip, LONGEST_LINE } from "../../core/text";
import type { RestartsByArn } from "../../lifecycle/identity/restarts";
import {
  type Healthy,
  type Outlook,
  PART_NAMES,
  PART_READY,
  type PartName,
  type Props,
  type Step,
} from "../../lifecycle/lifecycle";
import { REGISTER_VERSION, WIRE_UNKNOWN } from "../inputs";

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

/** Domains that the program declares near this one, as it passes them with some resources: a line each. */
export function declaredIn({ __declared }: Props): readonly string[] {
  return typeof __declared === "string" ? __declared.split("\n") : [];
}

function sendingIn(inputs: Props): Props {
  return Object.fromEntries(PART_NAMES.flatMap((part) => (inputs[part] === undefined ? [] : [[part, inputs[part]]])));
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
