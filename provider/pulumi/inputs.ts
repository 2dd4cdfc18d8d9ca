import { isDeepStrictEqual } from "node:util";
import { UNKNOWN } from "../lifecycle/arguments/types";
import type { RestartsByArn } from "../lifecycle/identity/restarts";
import { PART_NAMES, type Props, type Remembered } from "../lifecycle/lifecycle";
import { VERIFICATION_STATUSES } from "../ses/port";

/*
 * The checked inputs of a resource: the program's arguments, and next to them what this package keeps there for the next
 * run. Both providers name these alike, so that a resource can move from one to the other. Names that begin with two
 * underscores are not shown by Pulumi.
 */

/** What stands in the inputs next to the program's arguments, as far as a later run reads it. */
interface KeptInputs {
  readonly verification: string;
  /** Known ahead, so that dependents keep it during an update. */
  readonly identityArns?: Readonly<Record<string, string>>;
  /** The resource registers on its identities. Left out by version 0.1. */
  readonly __register: number;
  readonly __asked?: RestartsByArn;
  readonly __seen?: Readonly<Record<string, string>>;
}

/** The version of the register of users (tags on an identity). */
export const REGISTER_VERSION = 1;

/** Keys that are not the program's. Those of the last line were written by earlier versions. */
const DERIVED: ReadonlySet<string> = new Set([
  ...["__provider", "__urn", "verification", "identityArns", "__register", "__asked", "__plan", "__seen", "__preview"],
  ...["__sending"],
  ...["__declared"],
  ...["__strangers"],
  // The plugin's.
  ...["verified", "readyToSend", "__healthy"],
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

/** What a run asks for in addition to the verification, for itself and for each identity. */
function askedIn(inputs: Props, part: string): readonly unknown[] {
  const identities: readonly unknown[] = Array.isArray(inputs.identities) ? inputs.identities : [];
  const own = identities.map((one) => (typeof one === "object" && one !== null ? (one as Props)[part] : undefined));
  return [inputs[part], ...own].map((value) => value ?? undefined);
}

/** Whether a part is asked for, by the resource or for one of its identities. */
export function isAskedFor(inputs: Props, part: string): boolean {
  return askedIn(inputs, part).some((value) => value !== undefined && value !== false);
}

const PART_OF = { dkim: "dkim", mailFrom: "mail-from" } as const;

/** How that differs from the last run. */
function sendingSince(olds: Props, news: Props): Remembered["sending"] {
  const [before, now] = [withProgramsParts(olds), withProgramsParts(news)];
  const added = (["dkim", "mailFrom"] as const).filter((part) => isAskedFor(now, part) && !isAskedFor(before, part));
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

/** What the inputs of the last run tell of it. */
export function rememberedOf(olds: Props, news: Props = {}): Remembered {
  const { identityArns, __asked, __register, __seen, verification } = olds as Partial<KeptInputs>;
  // The plugin's first run shows no plan.
  const isPlanned = verification !== undefined || __register !== undefined;
  return {
    subject: olds.domain ?? olds.address,
    planned: isPlanned,
    arns: identityArns ?? {},
    tokens: tokensIn(__seen ?? {}),
    asked: __asked ?? {},
    registered: __register !== undefined,
    waited: olds.wait !== false,
    verified: __seen !== undefined && olds.wait !== false,
    dns: olds.dns,
    sending: isPlanned ? sendingSince(olds, news) : undefined,
    former: isPlanned ? programsOf(olds) : undefined,
  };
}

/** What was seen of an identity is its token, or where there is none SES's status. */
function tokensIn(seen: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seen).filter(([, text]) => !VERIFICATION_STATUSES.some((one) => one === text)),
  );
}
