import type { Outlook, Props, Step } from "../../lifecycle/lifecycle";
import type { PropertyChange } from "./detailed-diff";
import { healthyIn, verificationText } from "./inputs";

/* What an outlook, its steps and the outputs before it mean for the answers of the plugin. Pure. */

/** Steps that leave the record sets as they are. */
const KEEPING: ReadonlySet<Step["step"]> = new Set(["register", "wait", "configure"]);

/** Whether the record sets stay as they are: what is published again was there before. */
export function isKeeping(step: Step, outputs: Props | undefined): boolean {
  if (step.step !== "publish") return KEEPING.has(step.step);
  const records: readonly unknown[] = Array.isArray(outputs?.records) ? outputs.records : [];
  return records.some((one) => {
    const { name, type, values } = one as Props;
    return name === step.name && type === step.type && Array.isArray(values) && values.includes(step.value);
  });
}

/** What the dynamic provider kept in the state goes. */
export function withTidied(
  properties: ReadonlyMap<string, PropertyChange>,
  tidied: readonly string[],
): ReadonlyMap<string, PropertyChange> {
  const gone: PropertyChange = { kind: "delete", isInput: false, replaces: false };
  return new Map([...properties, ...tidied.map((name) => [name, gone] as const)]);
}

/** Whether SES has none of the identities. */
export function isNoneLeft({ identities = [] }: Outlook): boolean {
  return identities.length > 0 && identities.every(({ status, covered }) => status === "absent" && covered !== true);
}

/** Whether all that drifted is among the properties whose changes are ignored. */
export function isLeftOut(drifted: readonly string[], ignored: readonly string[]): boolean {
  if (ignored.includes("*") || ignored.includes("verification")) return true;
  return drifted.length > 0 && drifted.every((name) => ignored.includes(name));
}

/** Why there is something to do, where the last look did not tell it by the output `verification`. */
export function reasonIn(outlook: Outlook, inputs: Props, outputs: Props): readonly string[] {
  if (outlook.plan.steps.length === 0) return [];
  const healthy = healthyIn(inputs);
  const text = verificationText(outlook, healthy);
  return text === healthy || text === outputs.verification ? [] : [text];
}
