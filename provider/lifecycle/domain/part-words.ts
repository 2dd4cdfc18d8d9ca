import type { Finding } from "../../diagnosis/finding";
import { PART_READY, type PartName, type Plan, type Step } from "../lifecycle";
import { describeOnce, isUnlearned } from "../observation/words";

/** Findings that a reason has room for. */
const REASONS_AT_MOST = 2;

/** Beginnings of the codes that a part's property tells. */
const CODES: Readonly<Record<PartName, RegExp>> = {
  dkim: /^(dkim|replica)-/,
  mailFrom: /^(mail-from|spf)-/,
  dmarc: /^(dmarc-|not-aligned$)/,
};

/** The part that a record set belongs to; undefined for the verification. */
export type PartOf = (record: { readonly name: string; readonly type: string }) => PartName | undefined;

export function isOfPart({ code }: Pick<Finding, "code">): boolean {
  return Object.values(CODES).some((codes) => codes.test(code));
}

/** The part that a step is for; undefined for the verification. */
export function partOfStep(step: Step, partOf: PartOf): PartName | undefined {
  switch (step.step) {
    case "set":
      return step.part === "dkim" ? "dkim" : "mailFrom";
    case "disown":
      return "dmarc";
    case "publish":
    case "conflict":
      return partOf(step);
    default:
      return undefined;
  }
}

const SETS: Readonly<Record<Extract<Step, { step: "set" }>["because"], string>> = {
  "not-set": "set it up at SES",
  lapsed: "ask SES again",
  differs: "set it at SES as the program says",
  new: "set it up",
  off: "clear it at SES",
};

/** The plan for one part in one line: what is wrong, and what `up` does. `ready` where it is as the program says. */
export function describePart(part: PartName, plan: Plan, partOf: PartOf): string {
  const steps = plan.steps.filter((one) => partOfStep(one, partOf) === part);
  const held = plan.held.filter((one) => one.part === (part === "dkim" ? "dkim" : "mail-from") && part !== "dmarc");
  const findings = plan.findings.filter((one) => CODES[part].test(one.code) && !isUnlearned(one));
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const reason = describeOnce(errors.length > 0 ? errors : steps.length > 0 ? warnings : [])
    .slice(0, REASONS_AT_MOST)
    .join(" ");
  const conflicts = steps.flatMap((one) => (one.step === "conflict" ? [`${one.name} ${one.type}`] : []));
  const publishes = steps.some(({ step }) => step === "publish");
  const sets = [...new Set(steps.flatMap((one) => (one.step === "set" ? [SETS[one.because]] : [])))];
  const actions = [...(publishes ? ["publish what is missing"] : []), ...sets];
  if (conflicts.length > 0) {
    const text = `conflict: ${reason === "" ? `others have records at ${conflicts.join(", ")}.` : reason}`;
    return `${text} Remove what is not SES's there: \`pulumi up\` does not touch it.`;
  }
  if (actions.length > 0) {
    const kind = publishes ? "publish" : "set";
    return `${kind}:${reason === "" ? "" : ` ${reason}`} \`pulumi up\` will ${actions.join(", ")}.`;
  }
  if (held.length > 0) return `held: ${reason === "" ? "SES says Failed." : reason} SES is not asked again now.`;
  if (steps.length > 0) return "change: the record that was written is another one now, and no longer this resource's.";
  // SES looks for it still.
  const awaited = findings.filter(({ code }) => /-(?:pending|temporary-failure)$/.test(code));
  const open = errors.length > 0 ? reason : describeOnce(awaited).slice(0, REASONS_AT_MOST).join(" ");
  return open !== "" && part !== "dmarc" ? `not ready: ${open}` : PART_READY;
}
