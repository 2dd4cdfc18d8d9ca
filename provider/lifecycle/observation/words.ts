import { describeFinding } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import type { Failure } from "../arguments/types";
import type { Healthy } from "../lifecycle";

/** What a preview shows of a resource of version 0.1, once. */
export const REGISTER =
  "register: `pulumi up` registers this resource as a user of its identities, by a tag on each. Nothing else changes.";

/** What a plan without steps is called. Without waiting, Pending is as good as verified. */
export function healthyWord({ wait }: { readonly wait: boolean }): Healthy {
  return wait ? "verified" : "requested";
}

/** The same problem of several identities is told once, by the first of them. */
export function describeOnce(findings: readonly Finding[]): string[] {
  const first = findings.filter((one, index) => findings.findIndex(({ code }) => code === one.code) === index);
  return first.map((one) => {
    const others = new Set(findings.filter(({ code }) => code === one.code).flatMap(({ identities }) => identities));
    for (const own of one.identities) others.delete(own);
    return others.size === 0
      ? describeFinding(one)
      : `${describeFinding(one)} (The same for ${[...others].join(", ")}.)`;
  });
}

/** What a preview of `subject` could not learn, as the fault that it is under `previewCheck: "strict"`. */
export function notLearned(subject: string, reason: string): Failure {
  return {
    property: "previewCheck",
    reason: `is "strict", and the state of ${subject} could not be learned: ${reason}`,
  };
}
