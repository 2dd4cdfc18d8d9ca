import { SES_REGIONS } from "../../aws/region";
import { listed } from "../../core/words";
import { findEntry } from "../../diagnosis/catalogue";
import { describeFinding } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import type { Failure, PreviewCheck, StrictBy, Wait } from "../arguments/types";
import type { Healthy, Plan } from "../lifecycle";

/** What a preview shows of a resource of version 0.1, once. */
export const REGISTER =
  "register: `pulumi up` registers this resource as a user of its identities, by a tag on each. Nothing else changes.";

/** Regions that a text names. */
const OTHERS_AT_MOST = 30;

/** What a plan without steps is called. Without waiting, Pending is as good as verified. */
export function healthyWord({ wait }: { readonly wait: Wait | boolean }): Healthy {
  return wait !== false ? "verified" : "requested";
}

/** The same problem of several identities is told once, by the first of them. */
export function describeOnce(findings: readonly Finding[]): string[] {
  const first = findings.filter((one, index) => findings.findIndex((each) => isSame(each, one)) === index);
  return first.map((one) => {
    const others = new Set(findings.filter((each) => isSame(each, one)).flatMap(({ identities }) => identities));
    for (const own of one.identities) others.delete(own);
    return others.size === 0
      ? describeFinding(one)
      : `${describeFinding(one)} (The same for ${[...others].join(", ")}.)`;
  });
}

/** Why something is not known may differ from identity to identity: one silent region says nothing of one that denies. */
function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && (!isUnlearned(a) || withoutPlace(a.seen) === withoutPlace(b.seen));
}

/** Whether a finding says why something is not known: nothing was seen. */
export function isUnlearned({ code }: Pick<Finding, "code">): boolean {
  return findEntry(code)?.unlearned === true;
}

/** As a whole label or word; within a name only where the name is of an endpoint of AWS. A domain may have such a label. */
const REGION = new RegExp(
  `(?<![\\w-])(?:${[...SES_REGIONS].join("|")})(?![\\w-]|\\.(?!(?:api\\.)?(?:aws|amazonaws|amazonwebservices)\\b)\\w)`,
  "g",
);

/** What texts on one outage differ in: regions and ids of requests. */
function withoutRegion(text: string): string {
  return text.replace(/\(request [^()]*\)/g, "").replace(REGION, "");
}

/** The same for findings, which name their identities. */
function withoutPlace(text: string): string {
  return withoutRegion(text).replace(/\b\d{12}\b/g, "");
}

/** One outage in several regions is one text, which names them all. */
export function oncePerOutage(texts: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const text of new Set(texts)) {
    const key = withoutRegion(text);
    groups.set(key, [...(groups.get(key) ?? []), text]);
  }
  return [...groups.values()].map(([first = "", ...more]) => {
    const named = new Set(first.match(REGION));
    const others = new Set(more.flatMap((text) => text.match(REGION) ?? []).filter((region) => !named.has(region)));
    return others.size === 0 ? first : `${first} (The same in ${listed([...others], OTHERS_AT_MOST)}.)`;
  });
}

/** Why a plan waits though there is nothing else to do. `done`: what the state says. */
export function describeGoingOn({ steps }: Plan, subject: string, done: boolean, what = "verified"): string[] {
  if (done || steps.length === 0 || steps.some(({ step }) => step !== "wait")) return [];
  return [`The last \`up\`, or a refresh since, has not seen ${subject} ${what}: \`pulumi up\` waits for it.`];
}

/** Identities that were used, and left on destroy, and become the resource's own. */
export function describeOwning({ steps }: Plan, subject: string): string[] {
  const names = steps.flatMap((one) => (one.step === "own" ? [one.identity] : []));
  if (names.length === 0) return [];
  return [
    `\`pulumi up\` takes over ${subject} (${listed(names, OTHERS_AT_MOST)}), since adopt is "own": it goes when the last of its users is destroyed.`,
  ];
}

/** The config key overrides the argument of every resource. */
export function strictBy(config: PreviewCheck | undefined): StrictBy {
  return config === undefined ? "previewCheck" : "sesdomain:previewCheck";
}

/** What a preview of `subject` could not learn, as the fault that it is where a preview is strict. */
export function notLearned(property: StrictBy, subject: string, reason: string): Failure {
  const where = property === "previewCheck" ? "" : " in the stack's config";
  return { property, reason: `is "strict"${where}, and the state of ${subject} could not be learned: ${reason}` };
}
